/** Answers as values, and the one place that writes them. */
import type { ServerResponse } from 'node:http';
import { internalError, ScimError } from '../scim/errors.js';
import { toBytes } from './wire.js';

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer | undefined;
}

/**
 * What helmet would say of an API without pages. Set here because a middleware of its own costs a tenth of the requests a
 * second. Personal data: no shared cache may keep it, and a private one must ask again (which ETags make cheap).
 */
const SECURITY_HEADERS = {
  'Cache-Control': 'private, no-cache',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
};

/** Exactly this, without a charset: JSON is UTF-8, and some clients compare the whole text. */
const MEDIA_TYPE = 'application/scim+json';

export function send(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.removeHeader('X-Powered-By');
  const { status, headers, body } = answer;
  if (body === undefined) {
    response.writeHead(status, { ...SECURITY_HEADERS, ...headers });
    response.end();
    return;
  }
  response.writeHead(status, {
    'Content-Type': MEDIA_TYPE,
    'Content-Length': body.length,
    ...SECURITY_HEADERS,
    ...headers,
  });
  response.end(body);
}

/** The SCIM Error message (RFC 7644 section 3.12). */
export function errorAnswer(error: ScimError, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: error.status, headers, body: toBytes(error.toBody()) };
}

/** Any thrown thing as an error that a client may be told about. */
export function toScimError(error: unknown): ScimError {
  return error instanceof ScimError ? error : internalError('The server could not process the request.');
}

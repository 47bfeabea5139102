/** Answers as values, and the one place that writes them. */
import type { ServerResponse } from 'node:http';
import { BridgeError } from '../errors.js';
import { internalError, ScimError, unavailable } from '../scim/errors.js';

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Text becomes UTF-8. */
  body: Buffer | string | undefined;
  /** To be called when the body has been sent. */
  release?: (() => void) | undefined;
}

/**
 * What helmet would say of an API without pages, and set here because a middleware of its own costs a tenth of the requests a
 * second. Personal data: no shared cache may keep it, and a private one must ask again (which ETags make cheap).
 */
const SECURITY_HEADERS: readonly string[] = [
  'Cache-Control',
  'private, no-cache',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
  'Strict-Transport-Security',
  'max-age=31536000',
  'X-Content-Type-Options',
  'nosniff',
];

/** Exactly this, without a charset: JSON is UTF-8, and some clients compare the whole text. */
const MEDIA_TYPE = 'application/scim+json';

/** Writes an answer. The head goes as a flat list of names and values, which Node takes in with the least ado. */
export function send(response: ServerResponse, { status, headers, body, release }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  if (response.hasHeader('X-Powered-By')) response.removeHeader('X-Powered-By');
  const head = [...SECURITY_HEADERS];
  for (const name in headers) head.push(name, headers[name] ?? '');
  if (body !== undefined) {
    head.push('Content-Type', MEDIA_TYPE, 'Content-Length', String(Buffer.byteLength(body)));
  }
  response.writeHead(status, head);
  response.end(body, release);
}

/** The SCIM Error message (RFC 7644 section 3.12). */
export function errorAnswer(error: ScimError, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: error.status, headers, body: JSON.stringify(error.toBody()) };
}

/** What goes wrong with what the bridge keeps its state in is nobody's fault who asks, and passes. */
const STORE_TROUBLE = /^STORE_/;

/** Any thrown thing as an error that a client may be told about. */
export function toScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  if (error instanceof BridgeError && STORE_TROUBLE.test(error.code)) {
    return unavailable('The server cannot use its storage at the moment.', error.code);
  }
  return internalError('The server could not process the request.');
}

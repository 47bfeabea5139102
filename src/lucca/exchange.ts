/** One HTTP exchange with Lucca: no retries, no redirects, bounded in time and size. */
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { decompress } from '../decompress.js';
import { LuccaError, transportError } from './errors.js';

export interface HttpLimits {
  /** Milliseconds until the answer's headers. Lucca itself gives up on a request after 5 seconds. */
  headersTimeout: number;
  /** Milliseconds between two pieces of the answer's body. */
  bodyTimeout: number;
  /** Bytes of the body after decompression. */
  bodyBytes: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  headersTimeout: 10_000,
  bodyTimeout: 20_000,
  bodyBytes: 100 * 1024 * 1024,
};

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

/** An answer as it came, whatever its status. `body` is text, decompressed. */
export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: ReadonlyMap<string, string>;
  body: string;
}

/**
 * Sends one request and reads the whole answer.
 * @throws LuccaError `network`, `slow`, `cut` or `not-data`; the signal's reason when it aborts
 */
export async function exchange(
  dispatcher: Dispatcher,
  { method, url, headers, body }: HttpRequest,
  limits: HttpLimits,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  try {
    const response = await request(url, {
      dispatcher,
      method,
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', ...headers },
      body: body ?? null,
      headersTimeout: limits.headersTimeout,
      bodyTimeout: limits.bodyTimeout,
      signal: signal ?? null,
    });
    const answerHeaders = new Map(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    const bytes = await collect(
      decompress(response.body, answerHeaders.get('content-encoding') ?? ''),
      limits.bodyBytes,
      url,
    );
    return { status: response.statusCode, headers: answerHeaders, body: decodeUtf8(bytes, url) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof LuccaError ? cause : transportError(cause, url);
  }
}

async function collect(body: Readable, limit: number, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new LuccaError(
        'LUCCA_ANSWER_TOO_LARGE',
        `The answer of ${url.pathname} is larger than ${limit} bytes.`,
        {
          fault: 'not-data',
          remedy: 'Check that the Lucca address is the tenant itself; no page of Lucca is that large.',
        },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Buffer, url: URL): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new LuccaError('LUCCA_NOT_JSON', `The answer of ${url.pathname} is not UTF-8 text.`, {
      fault: 'not-data',
      remedy: 'Look for a proxy between the bridge and Lucca that changes answers.',
      cause,
    });
  }
}

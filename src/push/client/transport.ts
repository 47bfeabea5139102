/** The innermost layer: one request over a keep-alive pool, the answer read within limits and parsed. */
import { type Dispatcher, errors, Pool } from 'undici';
import type { Clock } from '../../clock.js';
import { decompress } from '../../decompress.js';
import type { JsonObject, JsonValue } from '../../json.js';
import type { BaseAddress } from './address.js';
import type { Send, TargetRequest, TargetResponse } from './exchange.js';
import { isList } from './list-page.js';
import { parseQuota } from './quota.js';
import { parseRetryAfter } from './retry-after.js';
import { nonsense } from './sense.js';
import { fromAnswer, TargetError } from './target-error.js';

export interface TransportOptions {
  address: BaseAddress;
  /** Sent with every request, authorization included. */
  headers: Readonly<Record<string, string>>;
  /** Taken out of every answer before anybody reads it: some targets repeat the credentials that they refuse. */
  secrets: readonly string[];
  mediaType: string;
  connections: number;
  /** For the first byte, and between bytes, each. */
  timeoutMs: number;
  /** The same for a request that is to find out whether the target is there; and for connecting. */
  knockTimeoutMs: number;
  maxResponseBytes: number;
  clock: Clock;
}

export interface Transport {
  send: Send;
  close(): Promise<void>;
}

export function createTransport(options: TransportOptions): Transport {
  const pool = new Pool(options.address.origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: options.knockTimeoutMs },
    maxResponseSize: options.maxResponseBytes,
  });
  const headers = { ...options.headers, accept: acceptOf(options.mediaType), 'accept-encoding': 'identity' };
  const withBody = { ...headers, 'content-type': options.mediaType };

  async function send(request: TargetRequest): Promise<TargetResponse> {
    const timeoutMs = request.isKnock ? options.knockTimeoutMs : options.timeoutMs;
    const answer = await attempt(request, timeoutMs, async () => {
      const response = await pool.request({
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        method: request.method,
        path: options.address.path + request.path,
        ...(request.query === undefined ? {} : { query: request.query }),
        headers: {
          ...(request.body === undefined ? headers : withBody),
          ...(request.ifMatch === undefined ? {} : { 'if-match': request.ifMatch }),
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
      });
      const text = await readText(response, options.maxResponseBytes);
      return { response, text: withoutSecrets(text, options.secrets) };
    });
    return read(request, answer, options.clock.now());
  }
  let closing: Promise<void> | undefined;
  return {
    send,
    close() {
      closing ??= pool.close();
      return closing;
    },
  };
}

/** Some targets compress all the same, or a proxy before them does: the limit is for what comes out. */
async function readText({ headers, body }: Dispatcher.ResponseData, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompress(body, String(headers['content-encoding'] ?? ''))) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new errors.ResponseExceededMaxSizeError();
    chunks.push(chunk as Buffer);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, size));
}

/** A shorter one may stand in ordinary words. */
const SHORTEST_SECRET = 8;

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((left, secret) => left.replaceAll(secret, '[…]'), text);
}

function acceptOf(mediaType: string): string {
  return mediaType === 'application/json' ? mediaType : `${mediaType}, application/json;q=0.9`;
}

interface Answer {
  response: Dispatcher.ResponseData;
  text: string;
}

async function attempt(
  request: TargetRequest,
  timeoutMs: number,
  exchange: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await exchange();
  } catch (cause) {
    throw fromFailure(request, timeoutMs, cause);
  }
}

function read(request: TargetRequest, { response, text }: Answer, now: number): TargetResponse {
  const status = response.statusCode;
  const retryAfter = response.headers['retry-after'];
  const body = parse(text);
  const quota = parseQuota(response.headers, now);
  if (status < 200 || status > 299) {
    const wait = parseRetryAfter(first(retryAfter), now, status === 429 ? quota : undefined);
    throw fromAnswer(request, status, body === NOT_JSON ? undefined : body, wait);
  }
  if (body === NOT_JSON) throw nonsense(request, status, text, 'is not JSON');
  if (request.query !== undefined && !isList(body)) throw nonsense(request, status, text, 'is no list');
  const { location, etag } = response.headers;
  return { status, body, location: first(location), version: first(etag), quota };
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

const NOT_JSON = Symbol('not JSON');

function parse(text: string): JsonValue | undefined | typeof NOT_JSON {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue | JsonObject;
  } catch {
    return NOT_JSON;
  }
}

/** Failures that happen before a single byte of the request is sent. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function fromFailure(request: TargetRequest, timeoutMs: number, cause: unknown): TargetError {
  if (cause instanceof errors.ResponseExceededMaxSizeError) {
    return new TargetError(request, {
      kind: 'nonsense',
      code: 'TARGET_TOO_LARGE',
      message: 'the answer is larger than the limit',
      remedy: 'Lower paging.pageSize in the options of the target.',
      mayHaveHappened: true,
      cause,
    });
  }
  const code = codeOf(cause);
  const refused = BEFORE_SENDING.has(code) || code.startsWith('ERR_TLS') || code.includes('CERT');
  return new TargetError(request, {
    kind: 'unreachable',
    code: refused ? 'TARGET_UNREACHABLE' : 'TARGET_NO_ANSWER',
    message: `${refused ? 'the target cannot be reached' : describeBreak(code, timeoutMs)} (${code})`,
    remedy: "Check the target's address and that it is up; the next run goes on where this one stopped.",
    mayHaveHappened: !refused,
    cause,
  });
}

function describeBreak(code: string, timeoutMs: number): string {
  const time = `${timeoutMs / 1_000} seconds`;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return `the target did not answer within ${time}`;
  if (code === 'UND_ERR_BODY_TIMEOUT') return `the target fell silent for ${time} midway through its answer`;
  if (/^(Z_|ERR_.*BROTLI)/.test(code)) return 'the answer cannot be decompressed';
  return 'the connection broke before the answer';
}

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'no code';
}

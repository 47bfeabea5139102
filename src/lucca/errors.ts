/** Everything that can go wrong between the bridge and Lucca, as one error type with a stable code and a remedy. */
import { BridgeError } from '../errors.js';

/**
 * What kind of fault it is, which decides what happens next:
 * `host`, `credentials`, `right`, `route`, `request`: final; `throttled`: wait and ask again; `slow`: ask for less;
 * `server`, `network`, `cut`: ask again a few times; `not-data`: an answer that is not data, never taken for emptiness.
 */
export type LuccaFault =
  | 'host'
  | 'credentials'
  | 'right'
  | 'route'
  | 'request'
  | 'throttled'
  | 'slow'
  | 'server'
  | 'network'
  | 'cut'
  | 'not-data';

export class LuccaError extends BridgeError {
  readonly fault: LuccaFault;
  readonly status: number | null;
  /** What Lucca said, shortened, without secrets; empty when it said nothing. */
  readonly detail: string;
  /** Milliseconds that Lucca asked to wait (Retry-After); null when it did not say. */
  readonly retryAfter: number | null;

  constructor(
    code: string,
    message: string,
    options: {
      fault: LuccaFault;
      remedy: string;
      exitCode?: 1 | 2;
      status?: number;
      detail?: string;
      retryAfter?: number | null;
      cause?: unknown;
    },
  ) {
    super(code, message, options);
    this.fault = options.fault;
    this.status = options.status ?? null;
    this.detail = options.detail ?? '';
    this.retryAfter = options.retryAfter ?? null;
  }
}

/** A well-formed JSON answer of another shape than the route is known to give. */
export function unexpectedShape(path: string, expected: string): LuccaError {
  return new LuccaError('LUCCA_ANSWER_SHAPE', `GET ${path} answered JSON without ${expected}.`, {
    fault: 'not-data',
    remedy:
      'Check that the Lucca address is the tenant itself and not a proxy or another product; then report this answer.',
  });
}

const UNREACHABLE = new Set(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
const TIMEOUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Turns what undici, the socket, TLS or zlib threw into a LuccaError that names host and cause. */
export function transportError(cause: unknown, url: URL): LuccaError {
  const code = causeCode(cause);
  if (TIMEOUT.has(code)) {
    return new LuccaError('LUCCA_TOO_SLOW', `${url.host} did not answer ${url.pathname} in time.`, {
      fault: 'slow',
      remedy: 'Try again later; if it stays slow, ask Lucca support.',
      cause,
    });
  }
  if (code.startsWith('Z_')) {
    return new LuccaError(
      'LUCCA_ANSWER_CUT',
      `The compressed answer of ${url.pathname} is broken or cut short.`,
      {
        fault: 'cut',
        remedy: 'Try again; if it stays so, look for a proxy between the bridge and Lucca.',
        cause,
      },
    );
  }
  if (/CERT|SELF_SIGNED|LEAF_SIGNATURE|ERR_TLS|ERR_SSL/.test(code)) {
    return new LuccaError(
      'LUCCA_CERTIFICATE_REFUSED',
      `The TLS certificate of ${url.host} is not trusted (${code}).`,
      {
        fault: 'host',
        remedy:
          'Check the host name; behind a company proxy give its certificate authority in NODE_EXTRA_CA_CERTS.',
        exitCode: 2,
        cause,
      },
    );
  }
  return new LuccaError('LUCCA_UNREACHABLE', `${url.host} cannot be reached (${code}).`, {
    fault: code === 'ENOTFOUND' ? 'host' : 'network',
    remedy: 'Check the Lucca address, the network and the proxy.',
    exitCode: UNREACHABLE.has(code) ? 2 : 1,
    cause,
  });
}

function causeCode(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return causeCode(cause.errors[0]);
    if (cause instanceof Error) return cause.name;
  }
  return 'unknown';
}

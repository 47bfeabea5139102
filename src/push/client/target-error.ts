/** What a target did instead of answering 2xx, as one error type that says what may have happened to the request. */
import { BridgeError } from '../../errors.js';
import { isJsonObject, type JsonValue } from '../../json.js';
import type { TargetRequest } from './exchange.js';
import { redact } from './redact.js';

/**
 * `refused`: the target looked at the request and declined it; `throttled`: it asked us to slow down; `transient`: it
 * failed in a way that passes (5xx); `unreachable`: the request never left or never got an answer; `nonsense`: the answer
 * is not what a SCIM server sends; `interrupted`: the run stopped before the request was sent.
 */
export type TargetErrorKind =
  | 'refused'
  | 'throttled'
  | 'transient'
  | 'unreachable'
  | 'nonsense'
  | 'interrupted';

export interface TargetErrorOptions {
  kind: TargetErrorKind;
  code: string;
  message: string;
  remedy: string;
  /** HTTP status; null when there was no answer. */
  status?: number | null;
  scimType?: string | undefined;
  /** The target's own words, bounded and without personal data. */
  detail?: string | undefined;
  /** Whether the target may have carried the request out all the same. */
  mayHaveHappened?: boolean;
  retryAfterMs?: number | undefined;
  exitCode?: 1 | 2;
  cause?: unknown;
}

export class TargetError extends BridgeError {
  readonly kind: TargetErrorKind;
  readonly method: string;
  /** Without the query, which may hold personal data. */
  readonly path: string;
  readonly status: number | null;
  readonly scimType: string | undefined;
  readonly detail: string | undefined;
  readonly mayHaveHappened: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(request: TargetRequest, options: TargetErrorOptions) {
    super(options.code, `${request.method} ${request.path}: ${options.message}`, {
      remedy: options.remedy,
      exitCode: options.exitCode ?? 1,
      cause: options.cause,
    });
    this.kind = options.kind;
    this.method = request.method;
    this.path = request.path;
    this.status = options.status ?? null;
    this.scimType = options.scimType;
    this.detail = options.detail;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The request was held back: nothing follows from that for its record, nor for the target's health (R24). */
export function isHeldBack(error: unknown): boolean {
  return error instanceof TargetError && (error.kind === 'throttled' || error.kind === 'interrupted');
}

interface Reading {
  kind: TargetErrorKind;
  code: string;
  what: string;
  remedy: string;
  exitCode?: 2;
}

const REFUSED: Reading = {
  kind: 'refused',
  code: 'TARGET_REFUSED',
  what: 'the target refused the request',
  remedy: 'Correct the value that the target names, in Lucca or in the mapping.',
};

const UNSUPPORTED: Reading = {
  kind: 'refused',
  code: 'TARGET_UNSUPPORTED',
  what: 'the target does not support this',
  remedy: 'Set what it does support in the options of the target.',
};

const BY_STATUS: Readonly<Record<number, Reading>> = {
  401: {
    kind: 'refused',
    code: 'TARGET_UNAUTHORIZED',
    what: 'the target does not accept the credentials',
    remedy: "Check the target's token, and that its profile sends it in the right header and form.",
    exitCode: 2,
  },
  403: {
    kind: 'refused',
    code: 'TARGET_FORBIDDEN',
    what: 'the target forbids this to the credentials',
    remedy: 'Give the token the right to read and write users and groups over SCIM.',
    exitCode: 2,
  },
  404: {
    kind: 'refused',
    code: 'TARGET_NOT_FOUND',
    what: 'the target does not know this resource',
    remedy: 'Check the base address; a resource that was deleted there is matched again by the next run.',
  },
  405: UNSUPPORTED,
  408: {
    kind: 'transient',
    code: 'TARGET_FAILED',
    what: 'the target gave up waiting',
    remedy: 'The next run tries again; if it persists, tell the owner of the target.',
  },
  409: {
    kind: 'refused',
    code: 'TARGET_CONFLICT',
    what: 'the target says that a value is taken',
    remedy: 'Look up who holds the userName or e-mail on the target.',
  },
  412: {
    kind: 'refused',
    code: 'TARGET_CHANGED_MEANWHILE',
    what: 'somebody else changed the resource between reading and writing',
    remedy: 'The next run tries again; if it persists, find out who keeps writing there.',
  },
  428: {
    kind: 'refused',
    code: 'TARGET_NEEDS_VERSION',
    what: 'the target takes no write without If-Match, and not with the version that it shows either',
    remedy: 'Tell the owner of the target: it has to show an ETag or meta.version that it takes as If-Match.',
  },
  429: {
    kind: 'throttled',
    code: 'TARGET_THROTTLED',
    what: 'the target asks for fewer requests',
    remedy: 'Lower the rate in the options of the target, or run at a quieter time.',
  },
  501: UNSUPPORTED,
};

const FAILED: Reading = {
  kind: 'transient',
  code: 'TARGET_FAILED',
  what: 'the target failed',
  remedy: 'The next run tries again; if it persists, tell the owner of the target.',
};

const REDIRECTED: Reading = {
  kind: 'nonsense',
  code: 'TARGET_REDIRECTED',
  what: 'the target redirects, and redirects are not followed',
  remedy: 'Put the final SCIM base address into the configuration.',
  exitCode: 2,
};

/**
 * Reads an answer that is not 2xx.
 * @param body the parsed body when it was JSON: RFC 7644 3.12, or one of the shapes that real targets send
 * @param retryAfterMs from the Retry-After header
 */
export function fromAnswer(
  request: TargetRequest,
  status: number,
  body: JsonValue | undefined,
  retryAfterMs: number | undefined,
): TargetError {
  const { scimType, detail } = readErrorBody(body);
  const reading = readingOf(status, scimType);
  const words = detail === undefined ? undefined : redact(detail, request);
  return new TargetError(request, {
    kind: reading.kind,
    code: reading.code,
    message: `${reading.what} (${status}${scimType === undefined ? '' : ` ${scimType}`})${words === undefined ? '' : `: ${words}`}`,
    remedy: reading.remedy,
    status,
    scimType,
    detail: words,
    // Who says when to come back has looked at nothing; a bare 503 may come from a proxy in between.
    mayHaveHappened: reading.kind === 'transient' || (status === 503 && retryAfterMs === undefined),
    retryAfterMs,
    ...(reading.exitCode === undefined ? {} : { exitCode: reading.exitCode }),
  });
}

function readingOf(status: number, scimType: string | undefined): Reading {
  // RFC 7644 section 3.12 has 409 for it; some servers say 400 with the scimType.
  const isTaken = status === 400 && scimType === 'uniqueness';
  const known = BY_STATUS[status === 503 ? 429 : isTaken ? 409 : status];
  return known ?? (status >= 500 ? FAILED : status >= 400 ? REFUSED : REDIRECTED);
}

/** RFC 7644 3.12 `{scimType, detail}`; Slack `{Errors: {description}}`; others `{message}`, `{error}`, `{error_description}`. */
function readErrorBody(body: JsonValue | undefined): {
  scimType: string | undefined;
  detail: string | undefined;
} {
  if (!isJsonObject(body)) return { scimType: undefined, detail: undefined };
  const errors = body.Errors ?? body.errors;
  const nested = Array.isArray(errors) ? errors[0] : errors;
  const candidates = [
    body.detail,
    isJsonObject(nested) ? nested.description : nested,
    body.message,
    body.error_description,
    body.error,
  ];
  return {
    scimType: typeof body.scimType === 'string' ? body.scimType : undefined,
    detail: candidates.find((candidate) => typeof candidate === 'string'),
  };
}

/**
 * SCIM errors (RFC 7644 section 3.12, cursor words of RFC 9865 section 2.2).
 *
 * A thrower names only what went wrong; the HTTP status, the scimType and the remedy follow from the kind of error, so they
 * are never typed twice. The detail is read by strangers: no secret and no personal data in it. What only the operator may
 * know goes into the private detail, which is logged and never sent.
 */
import { BridgeError } from '../errors.js';
import type { JsonObject } from '../json.js';

export const ERROR_MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** RFC 7644 table 9 and RFC 9865 section 2.2: the closed list of detail keywords. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** What all errors of one kind share. */
interface ErrorKind {
  code: string;
  status: number;
  scimType?: ScimType;
  remedy: string;
}

/** An error that a SCIM client is told about: `message` is the public detail. */
export class ScimError extends BridgeError {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  /** For the log only. */
  readonly privateDetail: string | undefined;

  constructor(kind: ErrorKind, detail: string, privateDetail?: string) {
    super(kind.code, detail, { remedy: kind.remedy });
    this.status = kind.status;
    this.scimType = kind.scimType;
    this.privateDetail = privateDetail;
  }

  /** The Error message of RFC 7644 section 3.12, with `status` as a string. */
  toBody(): JsonObject {
    return {
      schemas: [ERROR_MESSAGE],
      status: String(this.status),
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.message,
    };
  }
}

/** Makes the constructor function of one kind. */
function define(
  code: string,
  status: number,
  scimType: ScimType | undefined,
  remedy: string,
): (detail: string, privateDetail?: string) => ScimError {
  const kind: ErrorKind =
    scimType === undefined ? { code, status, remedy } : { code, status, scimType, remedy };
  return (detail, privateDetail) => new ScimError(kind, detail, privateDetail);
}

// 400 with a detail keyword, except where the RFC gives the keyword another status.
export const invalidFilter = define(
  'SCIM_INVALID_FILTER',
  400,
  'invalidFilter',
  'Correct the filter: RFC 7644 section 3.4.2.2 has the grammar, /Schemas the attributes.',
);
export const tooMany = define('SCIM_TOO_MANY', 400, 'tooMany', 'Narrow the filter or read page by page.');
export const uniqueness = define(
  'SCIM_UNIQUENESS',
  409,
  'uniqueness',
  'Look the holder of the value up with a filter, then update that resource or choose another value.',
);
export const mutability = define(
  'SCIM_MUTABILITY',
  400,
  'mutability',
  'Leave the attribute out of the request: /Schemas says which attributes can be written.',
);
export const invalidSyntax = define(
  'SCIM_INVALID_SYNTAX',
  400,
  'invalidSyntax',
  'Send a JSON object that follows the message schema.',
);
export const invalidPath = define(
  'SCIM_INVALID_PATH',
  400,
  'invalidPath',
  'Correct the path: RFC 7644 section 3.5.2 has the grammar, /Schemas the attributes.',
);
export const noTarget = define(
  'SCIM_NO_TARGET',
  400,
  'noTarget',
  'Read the resource again and address a value that it holds.',
);
export const invalidValue = define(
  'SCIM_INVALID_VALUE',
  400,
  'invalidValue',
  'Send a value of the type that /Schemas gives for the attribute.',
);
export const invalidVersion = define(
  'SCIM_INVALID_VERSION',
  400,
  'invalidVers',
  'Use version v2 in the path.',
);
export const sensitive = define(
  'SCIM_SENSITIVE',
  403,
  'sensitive',
  'Send the query in the body of POST /.search instead of the address.',
);
export const invalidCursor = define(
  'SCIM_INVALID_CURSOR',
  400,
  'invalidCursor',
  'Start again without a cursor and keep every other parameter the same from page to page.',
);
export const expiredCursor = define(
  'SCIM_EXPIRED_CURSOR',
  400,
  'expiredCursor',
  'Start again without a cursor.',
);
export const invalidCount = define('SCIM_INVALID_COUNT', 400, 'invalidCount', 'Ask for a smaller page.');

// Told by the status alone.
export const badRequest = define('SCIM_BAD_REQUEST', 400, undefined, 'Correct the request.');
export const unauthorized = define(
  'SCIM_UNAUTHORIZED',
  401,
  undefined,
  'Send a valid bearer token in the Authorization header.',
);
export const forbidden = define(
  'SCIM_FORBIDDEN',
  403,
  undefined,
  'Use a token whose role and view allow the request.',
);
export const notFound = define('SCIM_NOT_FOUND', 404, undefined, 'Check the id and the endpoint.');
export const methodNotAllowed = define(
  'SCIM_METHOD_NOT_ALLOWED',
  405,
  undefined,
  'Use one of the methods named in the Allow header.',
);
export const conflict = define(
  'SCIM_CONFLICT',
  409,
  undefined,
  'Read the current state and repeat the request if it still applies.',
);
export const preconditionFailed = define(
  'SCIM_PRECONDITION_FAILED',
  412,
  undefined,
  'Read the resource again and repeat the request with its new version.',
);
export const payloadTooLarge = define('SCIM_PAYLOAD_TOO_LARGE', 413, undefined, 'Send less in one request.');
export const unsupportedMediaType = define(
  'SCIM_UNSUPPORTED_MEDIA_TYPE',
  415,
  undefined,
  'Send application/scim+json or application/json.',
);
export const preconditionRequired = define(
  'SCIM_PRECONDITION_REQUIRED',
  428,
  undefined,
  'Repeat the request with If-Match.',
);
export const tooManyRequests = define(
  'SCIM_TOO_MANY_REQUESTS',
  429,
  undefined,
  'Wait for the time given in Retry-After.',
);
export const internalError = define(
  'SCIM_INTERNAL',
  500,
  undefined,
  'Look the request up in the log of the bridge.',
);
export const notImplemented = define(
  'SCIM_NOT_IMPLEMENTED',
  501,
  undefined,
  '/ServiceProviderConfig says what is supported.',
);
export const unavailable = define(
  'SCIM_UNAVAILABLE',
  503,
  undefined,
  'Repeat the request after the time given in Retry-After.',
);

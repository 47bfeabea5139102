/** Errors of the JSON routes outside SCIM: `{code, message, remedy}` with the fitting status, never a stack, never a 500 for bad input. */
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';
import { BridgeError } from '../errors.js';
import { ScimError } from '../scim/errors.js';

/** Status by code; every other code that an admin can cause is a 400. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['PERSON_UNKNOWN', 404],
  ['CONFLICT_UNKNOWN', 404],
  ['PLAN_UNKNOWN', 404],
  ['PLAN_AMBIGUOUS', 409],
  ['APPROVAL_EXISTS', 409],
  ['APPROVAL_USED', 409],
  ['ROUTE_UNKNOWN', 404],
  ['PERSON_AMBIGUOUS', 409],
  ['CONFLICT_CLOSED', 409],
  ['CONFLICT_OTHER_KIND', 409],
  ['LINK_TAKEN', 409],
  ['PERSON_BORN_IN_LUCCA', 409],
  ['SYNC_UNDER_WAY', 409],
  ['PERSON_STILL_IN_LUCCA', 409],
  ['TOO_MANY_REQUESTS', 429],
]);

/** Codes of the bridge's own troubles: not the client's fault. */
const OURS = /^(STORE|LUCCA|TARGET)_/;

/** The last handler of a router. */
export function answerJsonErrors(onError?: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = statusOf(error);
    if (status >= 500) onError?.(error);
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="lucca-scim-bridge"');
    if (status === 503) response.setHeader('Retry-After', '5');
    response.status(status).json(describe(error, status));
  };
}

/** The handler of express-rate-limit, which has set Retry-After by then. */
export const tooManyRequests: RequestHandler = (_request, _response, next) => {
  next(
    new BridgeError('TOO_MANY_REQUESTS', 'There were too many requests.', {
      remedy: 'Wait as long as Retry-After says.',
    }),
  );
};

function statusOf(error: unknown): number {
  if (error instanceof ScimError) return error.status;
  if (error instanceof BridgeError) return STATUS.get(error.code) ?? (OURS.test(error.code) ? 503 : 400);
  return parserStatus(error) ?? 500;
}

/** What Express's body parser refuses carries a status of its own. */
function parserStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}

function describe(error: unknown, status: number): { code: string; message: string; remedy: string } {
  if (error instanceof BridgeError) {
    return { code: error.code, message: error.message, remedy: error.remedy };
  }
  if (status < 500) {
    return {
      code: 'REQUEST_INVALID',
      message: 'The body cannot be read.',
      remedy: 'Send a JSON object in UTF-8, of the size that docs/serving.md names.',
    };
  }
  return {
    code: 'INTERNAL',
    message: 'The bridge could not process the request.',
    remedy: 'This is a fault of the bridge; its log says more.',
  };
}

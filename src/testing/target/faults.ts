/** What can go wrong at a target, on demand. */
import { setTimeout as wait } from 'node:timers/promises';
import type { NextFunction, Request, Response } from 'express';
import { internalError, type ScimError, tooManyRequests, unavailable } from '../../scim/errors.js';
import { errorAnswer, send } from '../../server/answer.js';
import type { TargetRequest } from './request-log.js';

export type TargetFault =
  /** The connection is reset before anything is done. */
  | { kind: 'reset' }
  /** Everything is done as asked, then the connection is reset instead of answering. */
  | { kind: 'commit-then-reset' }
  /** 429, with Retry-After in seconds. */
  | { kind: 'throttle'; retryAfter: number }
  /** 503, with Retry-After when given. */
  | { kind: 'unavailable'; retryAfter?: number }
  /** 500. */
  | { kind: 'error' }
  /** The answer comes late. */
  | { kind: 'slow'; milliseconds: number };

/** Decides for each request, in order, whether something goes wrong with it. */
export type FaultHook = (request: TargetRequest) => TargetFault | undefined;

/** Lets `fault` happen to a request; goes on to the target where the request still reaches it. */
export async function strike(
  fault: TargetFault,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  switch (fault.kind) {
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'commit-then-reset':
      response.writeHead = () => response;
      response.end = () => {
        request.socket.resetAndDestroy();
        return response;
      };
      next();
      return;
    case 'slow':
      await wait(fault.milliseconds);
      next();
      return;
    case 'throttle':
      refuse(response, tooManyRequests('Too many requests.'), fault.retryAfter);
      return;
    case 'unavailable':
      refuse(response, unavailable('The target is being maintained.'), fault.retryAfter);
      return;
    case 'error':
      refuse(response, internalError('Something broke in the target.'), undefined);
      return;
  }
}

function refuse(response: Response, error: ScimError, retryAfter: number | undefined): void {
  send(response, errorAnswer(error, retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }));
}

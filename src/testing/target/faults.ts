/** What can go wrong at a target, on demand. */
import { setTimeout as wait } from 'node:timers/promises';
import type { NextFunction, Request, Response } from 'express';
import { internalError, type ScimError, tooManyRequests, unavailable } from '../../scim/errors.js';
import { errorAnswer, send } from '../../server/answer.js';
import { intercept } from './interception.js';
import type { TargetRequest } from './request-log.js';

export type TargetFault =
  /** The connection is reset before anything is done. */
  | { kind: 'reset' }
  /** Everything is done as asked, then the connection is reset instead of answering. */
  | { kind: 'commit-then-reset' }
  /** 429, with Retry-After in seconds when given. */
  | { kind: 'throttle'; retryAfter?: number }
  /** 503, with Retry-After when given. */
  | { kind: 'unavailable'; retryAfter?: number }
  /** 500. */
  | { kind: 'error' }
  /** 200 and a web page, as a proxy gives; nothing is done. */
  | { kind: 'html' }
  /** Everything is done as asked; of the answer only the first half comes. */
  | { kind: 'truncated' }
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
    case 'html':
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
      return;
    case 'truncated':
      intercept(response, (answer) => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) }));
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

/** What a proxy or a sign-in page answers with. */
export const PAGE = '<!doctype html><title>Sign in</title><p>Please sign in to go on.</p>';

function refuse(response: Response, error: ScimError, retryAfter: number | undefined): void {
  send(response, errorAnswer(error, retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }));
}

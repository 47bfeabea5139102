/** Errors of the current API: `application/problem+json`, with `errors` by parameter and `extensions.traceId`. */
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { type ErrorWriter, readError, sendJson } from '../http.js';

export type ParameterErrors = Record<string, string[]>;

export class Problem extends Error {
  readonly status: number;
  readonly errors: ParameterErrors | undefined;

  constructor(status: number, detail: string, errors?: ParameterErrors) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

/** A 400 about one parameter. */
export function invalidParameter(name: string, message: string): Problem {
  return new Problem(400, 'One or more parameters are invalid.', { [name]: [message] });
}

export const writeProblem: ErrorWriter = (res, status, message) => sendProblem(res, status, message);

/** Turns an error of a route of the current API into its answer. */
export function handleProblem(error: unknown, _req: Request, res: Response, _next: NextFunction): void {
  const { status, message } = readError(error);
  sendProblem(res, status, message, error instanceof Problem ? error.errors : undefined);
}

function sendProblem(res: Response, status: number, detail: string, errors?: ParameterErrors): void {
  const body = {
    type: 'https://developers.lucca.example/problems',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: res.req.originalUrl,
    ...(errors === undefined ? {} : { errors }),
    extensions: { traceId: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00` },
  };
  if (status === 401) res.set('WWW-Authenticate', 'Bearer');
  sendJson(res.status(status), body, 'application/problem+json; charset=utf-8');
}

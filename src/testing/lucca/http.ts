/** The little HTTP that both generations of the API share: queries, faults on the wire, JSON answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NextFunction, Request, Response } from 'express';
import type { Fault } from './faults.js';
import type { Simulation } from './simulation.js';

/** Writes an error in the words of one generation of the API. */
export type ErrorWriter = (res: Response, status: number, message: string) => void;

/** The faults that strike this request. */
export function faultsOf(res: Response): readonly Fault[] {
  return (res.locals.faults as readonly Fault[] | undefined) ?? [];
}

/** Status and message of an error that no route threw on purpose: Express knows malformed paths and bodies. */
export function readError(error: unknown): { status: number; message: string } {
  const status =
    typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
  return { status, message: error instanceof Error ? error.message : 'Internal error' };
}

/** The query of a request, decoded, in the order and case that the client used. */
export function queryOf(req: Request): URLSearchParams {
  return new URL(req.originalUrl, 'http://localhost').searchParams;
}

/** The path of a request without its query. */
export function pathOf(req: Request): string {
  return new URL(req.originalUrl, 'http://localhost').pathname;
}

/** Finds the faults that strike a request and acts out those that concern the whole answer. */
export function strikeFaults(
  sim: Simulation,
  options: { pageOf: (query: URLSearchParams) => number; writeError: ErrorWriter },
) {
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const faults = sim.faults.strike(pathOf(req), options.pageOf(queryOf(req)));
    res.locals.faults = faults;
    for (const fault of faults) {
      switch (fault.kind) {
        case 'slow':
          await sleep(fault.milliseconds, undefined, { ref: false });
          break;
        case 'html':
          res.type('html').send('<!doctype html><title>Sign in</title><p>Please sign in.</p>');
          return;
        case 'redirect':
          res.redirect(302, fault.location ?? `${sim.url}/identity/login`);
          return;
        case 'error':
          if (fault.retryAfter !== undefined) res.set('Retry-After', fault.retryAfter);
          options.writeError(res, fault.status, 'This answer was asked for by a fault of the simulator.');
          return;
        case 'reset':
          req.socket.destroy();
          return;
      }
    }
    next();
  };
}

/** Refuses a request beyond the tenant's quota with 429 and Retry-After. */
export function guardQuota(sim: Simulation, writeError: ErrorWriter) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    const wait = sim.quota.take();
    if (wait === null) {
      next();
      return;
    }
    const seconds = Math.max(1, Math.ceil(wait / 1000));
    const form = sim.switches.retryAfter;
    res.set(
      'Retry-After',
      form === 'seconds' ? String(seconds) : new Date(sim.clock.now() + seconds * 1000).toUTCString(),
    );
    writeError(res, 429, 'The request quota of this tenant is used up.');
  };
}

/** Sends JSON, or the first half of it when a `truncated` fault strikes. */
export function sendJson(
  res: Response,
  body: unknown,
  contentType = 'application/json; charset=utf-8',
): void {
  const text = JSON.stringify(body);
  const truncated = faultsOf(res).some((fault) => fault.kind === 'truncated');
  res.set('Content-Type', contentType).send(Buffer.from(truncated ? text.slice(0, text.length / 2) : text));
}

/** Every answer carries the simulated time, so that a client can tell how far its own clock is off. */
export function stampDate(sim: Simulation) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    res.set('Date', new Date(sim.clock.now()).toUTCString());
    next();
  };
}

/** Keeps a line in the request log for every answer, or cut connection. */
export function logRequests(sim: Simulation) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const at = sim.clock.iso();
    const { pathname: path, search } = new URL(req.originalUrl, 'http://localhost');
    res.once('close', () => {
      const status = res.writableFinished ? res.statusCode : 0;
      sim.log.add({ at, method: req.method, path, query: search.slice(1), status });
    });
    next();
  };
}

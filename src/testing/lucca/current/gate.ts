/** What every request of the current API must bring: a valid bearer token and an Api-Version. */
import type { NextFunction, Request, Response } from 'express';
import { covers } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { invalidParameter, Problem } from './problem.js';
import type { TokenOffice } from './token.js';

/** The versions there are, newest last. */
const VERSIONS = ['2024-11-01'] as const;

/** Answers 401 without a token that is known and not expired. */
export function requireToken(office: TokenOffice) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const token = /^bearer\s+(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
    const scopes = token === undefined ? undefined : office.scopesOf(token);
    if (scopes === undefined) throw new Problem(401, 'The access token is missing, unknown or expired.');
    res.locals.scopes = scopes;
    next();
  };
}

/** Resolves `Api-Version` to the closest earlier version and echoes it; 400 when it is missing or too early. */
export function requireVersion(req: Request, res: Response, next: NextFunction): void {
  const asked = req.get('api-version');
  if (asked === undefined) throw invalidParameter('Api-Version', 'is required');
  if (!/^\d{4}-\d\d-\d\d$/.test(asked)) throw invalidParameter('Api-Version', 'must be a date');
  const version = VERSIONS.findLast((date) => date <= asked);
  if (version === undefined) throw invalidParameter('Api-Version', `must be ${VERSIONS[0]} or later`);
  res.set('Api-Version', version);
  next();
}

/** Answers 403 when the token, or the client by now, lacks a scope. */
export function assertScope(sim: Simulation, res: Response, scope: string): void {
  const held = res.locals.scopes as ReadonlySet<string>;
  if (!held.has(scope) || !covers(sim.rights.oauth.scopes, scope)) {
    throw new Problem(403, `The scope ${scope} is missing.`);
  }
}

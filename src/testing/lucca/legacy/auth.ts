/** The API key of v3 and v4: `Authorization: lucca application={GUID}`, in any letter case, braces or not. */
import type { NextFunction, Request, Response } from 'express';
import type { Simulation } from '../simulation.js';
import { LegacyError } from './errors.js';

const SCHEME = /^lucca\s+application=\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i;

/** Answers 401 unless the request carries the simulated key. */
export function requireApiKey(sim: Simulation) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    const key = SCHEME.exec(req.get('authorization')?.trim() ?? '')?.[1];
    if (key?.toLowerCase() !== sim.credentials.apiKey.toLowerCase())
      throw new LegacyError(401, 'Unauthorized');
    next();
  };
}

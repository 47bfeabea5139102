/** The v3 and v4 routes behind the API key. */
import { type NextFunction, type Request, type Response, Router } from 'express';
import { guardQuota, strikeFaults } from '../http.js';
import type { Simulation } from '../simulation.js';
import { requireApiKey } from './auth.js';
import { axesRouter } from './axes.js';
import { cataloguesRouter } from './catalogues.js';
import { readPaging } from './collection.js';
import { handleLegacyError, LegacyError, writeLegacyError } from './errors.js';
import { structureV3Router } from './structure-v3.js';
import { structureV4Router } from './structure-v4.js';
import { usersRouter } from './users.js';
import { workContractsRouter } from './work-contracts.js';

export function legacyRouter(sim: Simulation): Router {
  const router = Router();
  router.use(requireApiKey(sim), guardQuota(sim, writeLegacyError));
  router.use(strikeFaults(sim, { pageOf, writeError: writeLegacyError }));
  router.use(refuseWrites);
  router.use(usersRouter(sim), axesRouter(sim), cataloguesRouter(sim));
  router.use(structureV3Router(sim), structureV4Router(sim), workContractsRouter(sim));
  router.use(() => {
    throw new LegacyError(404, 'Not Found');
  });
  router.use(handleLegacyError);
  return router;
}

function refuseWrites(req: Request, _res: Response, next: NextFunction): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') throw new LegacyError(405, 'Method Not Allowed');
  next();
}

/** The page a request is for, 1 being the first: of v3's `paging`, or v4's `page`. */
function pageOf(query: URLSearchParams): number {
  const paging = query.get('paging');
  if (paging === null) return Number(query.get('page') ?? 1);
  const { start, limit } = readPaging(paging);
  return limit === 0 ? 1 : Math.floor(start / limit) + 1;
}

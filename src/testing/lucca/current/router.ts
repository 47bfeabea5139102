/** The routes of the current API, behind the bearer token. */
import { type NextFunction, type Request, type Response, Router } from 'express';
import { guardQuota, strikeFaults } from '../http.js';
import type { Simulation } from '../simulation.js';
import { attributeDefinitionKind } from './attribute-definitions.js';
import { attributeKind } from './attributes.js';
import { kindRouter } from './collection.js';
import { readCursor } from './cursor.js';
import { employeeKind } from './employees.js';
import { employmentKind } from './employments.js';
import { requireToken, requireVersion } from './gate.js';
import { jobPositionKind } from './job-positions.js';
import { businessEstablishmentKind, departmentKind, legalEntityKind } from './organisation.js';
import { personalRecordKind } from './personal-records.js';
import { handleProblem, Problem, writeProblem } from './problem.js';
import type { TokenOffice } from './token.js';
import {
  employmentTemplateKind,
  jobQualificationKind,
  occupationCategoryKind,
  professionKind,
  taxonomyLabelKind,
} from './vocabulary.js';

export function currentRouter(sim: Simulation, office: TokenOffice): Router {
  const router = Router();
  router.use(requireToken(office), guardQuota(sim, writeProblem));
  router.use(strikeFaults(sim, { pageOf, writeError: writeProblem }));
  router.use(refuseWrites, requireVersion);
  router.use(
    kindRouter(sim, employeeKind(sim)),
    kindRouter(sim, employmentKind(sim)),
    kindRouter(sim, jobPositionKind(sim)),
    kindRouter(sim, departmentKind(sim)),
    kindRouter(sim, legalEntityKind(sim)),
    kindRouter(sim, businessEstablishmentKind(sim)),
    kindRouter(sim, employmentTemplateKind(sim)),
    kindRouter(sim, jobQualificationKind(sim)),
    kindRouter(sim, professionKind(sim)),
    kindRouter(sim, occupationCategoryKind(sim)),
    kindRouter(sim, personalRecordKind(sim)),
    kindRouter(sim, attributeKind(sim)),
    kindRouter(sim, attributeDefinitionKind(sim)),
    kindRouter(sim, taxonomyLabelKind(sim)),
  );
  router.use(() => {
    throw new Problem(404, 'This path does not exist.');
  });
  router.use(handleProblem);
  return router;
}

function refuseWrites(req: Request, _res: Response, next: NextFunction): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') throw new Problem(405, 'This API is read-only.');
  next();
}

/** The page a request is for, 1 being the first; a cursor knows its own number. */
function pageOf(query: URLSearchParams): number {
  const page = query.get('page') ?? '1';
  return readCursor(page)?.number ?? Number(page);
}

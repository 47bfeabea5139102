/** `GET /directory/api/4.0/work-contracts`, where the contract type lives; the path without `4.0` is in use too. */
import { type Request, Router } from 'express';
import type { JsonObject } from '../../../json.js';
import type { Position } from '../company.js';
import { DEFAULT_ZONE, localDateTime } from '../dates.js';
import { sendJson } from '../http.js';
import { isSeenByApiKey } from '../rights.js';
import type { Simulation } from '../simulation.js';
import type { EmploymentRow } from '../state.js';
import { LegacyError } from './errors.js';
import { showEstablishment } from './structure-v4.js';
import { type LimitRule, readFlags, readIdList, sendV4Page } from './v4-collection.js';

const LIMITS: LimitRule = { byDefault: 10, max: 1000 };

export function workContractsRouter(sim: Simulation): Router {
  const router = Router();
  const paths = ['/directory/api/4.0/work-contracts', '/directory/api/work-contracts'];

  router.get(paths, (req, res) => {
    const rows = selectContracts(sim, req);
    sendV4Page(sim, req, res, { rows, show: (row) => showContract(sim, row), limits: LIMITS });
  });

  router.get(
    paths.map((path) => `${path}/:id`),
    (req, res) => {
      const id = Number(req.params.id);
      const row = visibleContracts(sim).find(({ employment }) => employment.id === id);
      if (row === undefined) throw new LegacyError(404, 'Not Found');
      sendJson(res, showContract(sim, row));
    },
  );

  return router;
}

function selectContracts(sim: Simulation, req: Request): readonly EmploymentRow[] {
  const ownerIds = readIdList(req, 'ownerId');
  const typeIds = readIdList(req, 'typeId');
  const establishmentIds = readIdList(req, 'establishmentId');
  const applicable = readFlags(req, 'isApplicable', [true, false]);
  // No contract of the model is ever archived.
  const archived = readFlags(req, 'isArchived', [false]);
  const sorted = (ids: ReadonlySet<number> | null) => (ids === null ? null : [...ids]);
  const key = JSON.stringify([applicable, archived, ...[ownerIds, typeIds, establishmentIds].map(sorted)]);
  return sim.cache.rows(`v4/work-contracts ${key}`, () =>
    visibleContracts(sim).filter(
      (row) =>
        archived.includes(false) &&
        applicable.includes(isApplicable(sim, row)) &&
        (ownerIds?.has(row.person.id) ?? true) &&
        (typeIds?.has(row.employment.contractTypeId) ?? true) &&
        (establishmentIds?.has(positionOf(sim, row).establishmentId) ?? true),
    ),
  );
}

function visibleContracts(sim: Simulation): readonly EmploymentRow[] {
  const { apiKey } = sim.rights;
  if (!apiKey.contracts) return [];
  return sim.state.employments().filter(({ person }) => isSeenByApiKey(person, sim.calendar, apiKey));
}

function showContract(sim: Simulation, row: EmploymentRow): JsonObject {
  const { person, employment } = row;
  const type = sim.state.contractTypes.get(employment.contractTypeId);
  const { establishmentId, occupationCategoryId: spcId } = positionOf(sim, row);
  const establishment = sim.state.establishments.get(establishmentId);
  const spc = sim.state.company.occupationCategories.find(({ id }) => id === spcId);
  const changed = localDateTime(Date.parse(person.createdAt), DEFAULT_ZONE);
  return {
    id: employment.id,
    ownerId: person.id,
    externalId: null,
    typeId: employment.contractTypeId,
    type: type === undefined ? null : { id: type.id, name: type.name },
    startsOn: employment.start,
    endsOn: employment.end,
    isApplicable: isApplicable(sim, row),
    establishmentId,
    establishment: establishment === undefined ? null : showEstablishment(sim, establishment),
    spcId,
    spc: spc === undefined ? null : { id: spc.id, name: spc.name },
    hiringTypeId: null,
    terminationReasonId: null,
    trialPeriodDays: null,
    trialPeriodEndDate: null,
    internshipSupervisorId: null,
    createdAt: changed,
    lastModifiedAt: changed,
  };
}

function isApplicable(sim: Simulation, { person, employment }: EmploymentRow): boolean {
  return sim.calendar.standing(person).employment.id === employment.id;
}

function positionOf(sim: Simulation, { person, employment }: EmploymentRow): Position {
  return sim.calendar.positionIn(person, employment).position;
}

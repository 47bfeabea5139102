/** `GET /api/v3/users` and `/api/v3/users/{id}`. */
import { Router } from 'express';
import type { Person } from '../company.js';
import { isSeenByApiKey } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { type LegacyQuery, readLegacyQuery, selectRows, sendCollection, sendSingle } from './collection.js';
import { LegacyError } from './errors.js';
import { USER_DEFAULTS, userView } from './user-view.js';

export function usersRouter(sim: Simulation): Router {
  const router = Router();

  router.get('/api/v3/users', (req, res) => {
    const query = readLegacyQuery(req);
    const view = userView(sim);
    const rows = sim.cache.rows(cacheKey(sim, query), () =>
      selectRows(sim, visiblePeople(sim, query), view, query),
    );
    sendCollection(sim, res, { rows, view, query });
  });

  router.get('/api/v3/users/:id', (req, res) => {
    const person = sim.state.person(Number(req.params.id));
    if (person === undefined || !isSeenByApiKey(person, sim.calendar, sim.rights.apiKey)) {
      throw new LegacyError(sim.switches.unknownUser, 'User Not Found');
    }
    const view = userView(sim);
    sendSingle(sim, res, { row: person, view, query: readLegacyQuery(req), defaults: USER_DEFAULTS });
  });

  return router;
}

/** Leavers are left out unless asked for: by `formerEmployees=true`, or by any filter on the contract's end. */
function visiblePeople(sim: Simulation, query: LegacyQuery): readonly Person[] {
  const formerEmployees = query.get('formeremployees')?.toLowerCase() ?? 'false';
  if (!['true', 'false'].includes(formerEmployees))
    throw new LegacyError(400, 'formerEmployees must be a boolean');
  const withLeavers = formerEmployees === 'true' || query.has('dtcontractend');
  return sim.state.people().filter((person) => {
    if (!isSeenByApiKey(person, sim.calendar, sim.rights.apiKey)) return false;
    return withLeavers || sim.calendar.standing(person).status !== 'deactivated';
  });
}

/** One key for all pages and projections of the same question. */
function cacheKey(sim: Simulation, query: LegacyQuery): string {
  const filters = [...query].filter(([name]) => name !== 'fields' && name !== 'paging').sort();
  const text = JSON.stringify(filters);
  const dependsOnTime = /\b(now|today|tomorrow|yesterday)\b/i.test(text);
  return `v3/users ${text} ${dependsOnTime ? sim.clock.now() : ''}`;
}

/** Small v3 lists: the definitions of custom fields, and roles. */
import { Router } from 'express';
import { covers } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { findById } from './axes.js';
import { readLegacyQuery, selectRows, sendCollection, sendSingle } from './collection.js';
import { definitionView } from './extended-data.js';
import { namedView } from './unit-views.js';

export function cataloguesRouter(sim: Simulation): Router {
  const router = Router();
  const definitions = () =>
    sim.state.company.customFields.filter((field) => covers(sim.rights.apiKey.hrFileSections, field.section));

  router.get('/api/v3/extensionuserdefinitions', (req, res) => {
    const query = readLegacyQuery(req);
    const view = definitionView(sim);
    sendCollection(sim, res, { rows: selectRows(sim, definitions(), view, query), view, query });
  });

  router.get('/api/v3/extensionuserdefinitions/:id', (req, res) => {
    const row = findById(definitions(), req);
    const defaults = 'id,name,url,formatKey,isMultiple,extensionUserPropertyListEntries,children';
    sendSingle(sim, res, { row, view: definitionView(sim), query: readLegacyQuery(req), defaults });
  });

  router.get('/api/v3/roles', (req, res) => {
    const query = readLegacyQuery(req);
    const view = namedView(sim, 'roles');
    sendCollection(sim, res, { rows: selectRows(sim, sim.state.company.roles, view, query), view, query });
  });

  return router;
}

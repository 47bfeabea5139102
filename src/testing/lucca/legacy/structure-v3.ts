/** The v3 departments and legal-entities routes, whose end was announced for September 2026: dead unless switched on. */
import { Router } from 'express';
import type { JsonObject } from '../../../json.js';
import type { Department } from '../company.js';
import { hierarchyOf } from '../department-tree.js';
import type { Simulation } from '../simulation.js';
import { findById } from './axes.js';
import { readLegacyQuery, selectRows, sendCollection, sendEnvelope, sendSingle } from './collection.js';
import { LegacyError } from './errors.js';
import { departmentView, establishmentView } from './unit-views.js';

const DEPARTMENT_DEFAULTS =
  'id,name,url,code,hierarchy,parentId,isActive,isArchived,position,level,sortOrder,headId';

export function structureV3Router(sim: Simulation): Router {
  const router = Router();
  const departments = () => [...sim.state.departments.values()];

  router.use(['/api/v3/departments', '/api/v3/legalentities'], (_req, _res, next) => {
    const { v3Structure } = sim.switches;
    if (v3Structure !== 'alive') throw new LegacyError(v3Structure, 'This API is no longer available.');
    next();
  });

  router.get('/api/v3/departments', (req, res) => {
    const query = readLegacyQuery(req);
    const view = departmentView(sim);
    sendCollection(sim, res, { rows: selectRows(sim, departments(), view, query), view, query });
  });

  router.get('/api/v3/departments/tree', (req, res) => {
    const archived = readLegacyQuery(req).get('isactive')?.toLowerCase() === 'false';
    const rows = departments().filter((row) => row.archived === archived);
    sendEnvelope(
      sim,
      res,
      { node: null, children: treeOf(rows, (row) => briefly(sim, row)) },
      { metadata: null },
    );
  });

  router.get('/api/v3/departments/:id', (req, res) => {
    const row = findById(departments(), req);
    sendSingle(sim, res, {
      row,
      view: departmentView(sim),
      query: readLegacyQuery(req),
      defaults: DEPARTMENT_DEFAULTS,
    });
  });

  router.get('/api/v3/legalentities', (req, res) => {
    const query = readLegacyQuery(req);
    const view = establishmentView(sim);
    const rows = selectRows(sim, [...sim.state.establishments.values()], view, query);
    sendCollection(sim, res, { rows, view, query });
  });

  router.get('/api/v3/legalentities/:id', (req, res) => {
    const row = findById([...sim.state.establishments.values()], req);
    const defaults = 'id,name,url,code,legalUnit';
    sendSingle(sim, res, { row, view: establishmentView(sim), query: readLegacyQuery(req), defaults });
  });

  return router;
}

/** Nests departments as `{node, children}`; one whose parent is left out becomes a root. */
export function treeOf(rows: readonly Department[], show: (row: Department) => JsonObject): JsonObject[] {
  const known = new Set(rows.map(({ id }) => id));
  const byParent = new Map<number | null, Department[]>();
  for (const row of rows) {
    const parentId = row.parentId !== null && known.has(row.parentId) ? row.parentId : null;
    byParent.set(parentId, [...(byParent.get(parentId) ?? []), row]);
  }
  const nest = (parentId: number | null): JsonObject[] =>
    (byParent.get(parentId) ?? []).map((row) => ({ node: show(row), children: nest(row.id) }));
  return nest(null);
}

function briefly(sim: Simulation, row: Department): JsonObject {
  return { id: row.id, name: row.name, code: row.code, hierarchy: hierarchyOf(sim.state, row) };
}

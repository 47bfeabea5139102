/** `GET /api/v3/axes` and `/api/v3/axisSections`, with `/{id}`: the only way to cost centres. */
import { type Request, Router } from 'express';
import type { Simulation } from '../simulation.js';
import { type LegacyQuery, readLegacyQuery, selectRows, sendCollection, sendSingle } from './collection.js';
import { LegacyError } from './errors.js';
import { axisView, sectionView } from './unit-views.js';

export function axesRouter(sim: Simulation): Router {
  const router = Router();
  const axes = () => (sim.rights.apiKey.axes ? sim.state.company.axes : []);
  const sections = () => (sim.rights.apiKey.axes ? [...sim.state.sections.values()] : []);

  router.get('/api/v3/axes', (req, res) => {
    const query = withDefault(readLegacyQuery(req), 'isactive', 'true');
    const view = axisView(sim);
    sendCollection(sim, res, { rows: selectRows(sim, axes(), view, query), view, query });
  });

  router.get('/api/v3/axes/:id', (req, res) => {
    const row = findById(axes(), req);
    const defaults =
      'id,name,url,multilingualName,position,level,isActive,isReadOnly,isNNRelation,axisSections';
    sendSingle(sim, res, { row, view: axisView(sim), query: readLegacyQuery(req), defaults });
  });

  router.get('/api/v3/axisSections', (req, res) => {
    const query = withDefault(readLegacyQuery(req), 'active', 'true');
    const view = sectionView(sim);
    const parents = query.get('parentaxissections.id') ?? '';
    const rows = /^containsall,/i.test(parents)
      ? sections().filter(({ parentIds }) => readIds(parents).every((id) => parentIds.includes(id)))
      : sections();
    const others = /^containsall,/i.test(parents) ? without(query, 'parentaxissections.id') : query;
    sendCollection(sim, res, { rows: selectRows(sim, rows, view, others), view, query });
  });

  router.get('/api/v3/axisSections/:id', (req, res) => {
    const row = findById(sections(), req);
    const defaults =
      'id,name,url,multilingualName,code,description,ownerId,startOn,endOn,active,axisId,axis,parentAxisSections,childrenAxisSections';
    sendSingle(sim, res, { row, view: sectionView(sim), query: readLegacyQuery(req), defaults });
  });

  return router;
}

/** Finds the row of `/{id}`. Throws a 404. */
export function findById<Row extends { id: number | string }>(rows: readonly Row[], req: Request): Row {
  const row = rows.find(({ id }) => String(id).toLowerCase() === String(req.params.id).toLowerCase());
  if (row === undefined) throw new LegacyError(404, 'Not Found');
  return row;
}

function withDefault(query: LegacyQuery, name: string, value: string): LegacyQuery {
  return new Map([[name, value], ...query]);
}

function without(query: LegacyQuery, name: string): LegacyQuery {
  return new Map([...query].filter(([other]) => other !== name));
}

function readIds(text: string): number[] {
  return text.split(',').slice(1).map(Number);
}

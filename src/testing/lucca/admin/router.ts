/**
 * `/_sim/…`: the simulator's own routes, in JSON, for whoever drives it from outside the process. They cost no quota,
 * need no credentials and stay out of the request log.
 */
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { BridgeError } from '../../../errors.js';
import type { Edits } from '../edits.js';
import { queryOf, readError } from '../http.js';
import { given } from '../patch.js';
import { mergeRights } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { clockBody, consumeBody, faultBody, quotaPatch, rightsPatch, switchesPatch } from './bodies.js';
import { peopleRouter, unitsRouter } from './edit-routes.js';

export function adminRouter(sim: Simulation, edits: Edits): Router {
  const router = Router();
  router.use(express.json());
  router.get('/', (_req, res) => {
    res.json({
      account: sim.state.company.account,
      url: sim.url,
      clock: sim.clock.iso(),
      people: sim.state.people().length,
      version: sim.state.version,
      requests: sim.log.counters().total,
    });
  });
  router.use(peopleRouter(sim, edits), unitsRouter(edits), logRouter(sim), behaviourRouter(sim));
  router.use((_req, res) => {
    res.status(404).json({ error: 'There is no such route.' });
  });
  router.use(handleError);
  return router;
}

function logRouter(sim: Simulation): Router {
  const router = Router();
  router.get('/requests', (req, res) => {
    const query = queryOf(req);
    const path = query.get('path')?.toLowerCase();
    const after = Number(query.get('after') ?? 0);
    const items = sim.log
      .all()
      .filter((row) => row.number > after && (path === undefined || row.path.toLowerCase() === path));
    res.json({ items });
  });
  router.delete('/requests', (_req, res) => {
    sim.log.clear();
    res.status(204).end();
  });
  router.get('/counters', (_req, res) => {
    res.json(sim.log.counters());
  });
  return router;
}

function behaviourRouter(sim: Simulation): Router {
  const router = Router();
  router.get('/clock', (_req, res) => {
    res.json({ now: sim.clock.iso(), running: sim.clock.running });
  });
  router.put('/clock', (req, res) => {
    const { set, advance, speed } = clockBody.parse(req.body);
    if (set !== undefined) sim.clock.set(set);
    if (advance !== undefined) sim.clock.advance(given(advance));
    if (speed !== undefined) sim.clock.run(speed);
    res.json({ now: sim.clock.iso(), running: sim.clock.running });
  });

  router.get('/rights', (_req, res) => {
    res.json(sim.rights);
  });
  router.patch('/rights', (req, res) => {
    const { apiKey, oauth } = rightsPatch.parse(req.body);
    sim.rights = mergeRights(sim.rights, {
      apiKey: given(apiKey ?? {}),
      oauth: given(oauth ?? {}),
    });
    res.json(sim.rights);
  });

  router.get('/switches', (_req, res) => {
    res.json(sim.switches);
  });
  router.patch('/switches', (req, res) => {
    res.json(Object.assign(sim.switches, given(switchesPatch.parse(req.body))));
  });

  router.get('/quota', (_req, res) => {
    res.json({ ...sim.quota.options, remaining: sim.quota.remaining() });
  });
  router.patch('/quota', (req, res) => {
    sim.quota.options = { ...sim.quota.options, ...given(quotaPatch.parse(req.body)) };
    res.json({ ...sim.quota.options, remaining: sim.quota.remaining() });
  });
  router.post('/quota/consume', (req, res) => {
    sim.quota.consume(consumeBody.parse(req.body).requests);
    res.json({ remaining: sim.quota.remaining() });
  });

  router.get('/faults', (_req, res) => {
    res.json({ items: sim.faults.all().map(({ id, fault, strikes }) => ({ id, ...fault, strikes })) });
  });
  router.post('/faults', (req, res) => {
    const { id, fault } = sim.faults.add(faultBody.parse(req.body));
    res.status(201).json({ id, ...fault });
  });
  router.delete('/faults', (_req, res) => {
    sim.faults.clear();
    res.status(204).end();
  });
  return router;
}

function handleError(error: unknown, _req: Request, res: Response, _next: NextFunction): void {
  if (error instanceof z.ZodError) {
    res.status(400).json({ error: z.prettifyError(error) });
  } else if (error instanceof BridgeError) {
    res.status(409).json({ error: error.message, code: error.code, remedy: error.remedy });
  } else {
    const { status, message } = readError(error);
    res.status(status).json({ error: message });
  }
}

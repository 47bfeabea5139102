/** The admin routes that edit the company: one for each function of `Edits`, answering the change. */
import { type Request, Router } from 'express';
import type { Edits } from '../edits.js';
import { queryOf } from '../http.js';
import { describePerson } from '../person-summary.js';
import type { Simulation } from '../simulation.js';
import {
  departmentPatch,
  establishmentPatch,
  hireBody,
  leaveBody,
  mailBody,
  moveBody,
  personPatch,
  rehireBody,
  renameBody,
  sectionPatch,
} from './bodies.js';

const idOf = (req: Request) => Number(req.params.id);
const bodyOf = (req: Request): unknown => req.body ?? {};

/** The list is for people who look; programs ask the simulated Lucca itself. */
const MAX_SHOWN = 1000;

export function peopleRouter(sim: Simulation, edits: Edits): Router {
  const router = Router();
  router.get('/people', (req, res) => {
    const status = queryOf(req).get('status');
    const people = sim.state
      .people()
      .filter((row) => status === null || sim.calendar.standing(row).status === status)
      .slice(0, MAX_SHOWN);
    res.json({
      items: people.map((row) => ({ id: row.id, note: row.note, ...describePerson(sim.calendar, row) })),
    });
  });
  router.get('/people/:id', (req, res) => {
    const person = sim.state.person(idOf(req));
    if (person === undefined) res.status(404).json({ error: 'There is no such person.' });
    else res.json(person);
  });
  router.post('/people', (req, res) => {
    res.status(201).json(edits.hire(hireBody.parse(bodyOf(req))));
  });
  router.patch('/people/:id', (req, res) => {
    res.json(edits.edit(idOf(req), personPatch.parse(bodyOf(req))));
  });
  router.delete('/people/:id', (req, res) => {
    res.json(edits.remove(idOf(req)));
  });
  router.post('/people/:id/leave', (req, res) => {
    res.json(edits.leave(idOf(req), leaveBody.parse(bodyOf(req))));
  });
  router.post('/people/:id/move', (req, res) => {
    res.json(edits.move(idOf(req), moveBody.parse(bodyOf(req))));
  });
  router.post('/people/:id/rename', (req, res) => {
    res.json(edits.rename(idOf(req), renameBody.parse(bodyOf(req))));
  });
  router.post('/people/:id/change-mail', (req, res) => {
    res.json(edits.changeMail(idOf(req), mailBody.parse(bodyOf(req)).mail));
  });
  router.post('/people/:id/rehire', (req, res) => {
    res.json(edits.rehire(idOf(req), rehireBody.parse(bodyOf(req))));
  });
  return router;
}

export function unitsRouter(edits: Edits): Router {
  const router = Router();
  router.patch('/departments/:id', (req, res) => {
    res.json(edits.editDepartment(idOf(req), departmentPatch.parse(bodyOf(req))));
  });
  router.patch('/sections/:id', (req, res) => {
    res.json(edits.editSection(idOf(req), sectionPatch.parse(bodyOf(req))));
  });
  router.patch('/establishments/:id', (req, res) => {
    res.json(edits.editEstablishment(idOf(req), establishmentPatch.parse(bodyOf(req))));
  });
  return router;
}

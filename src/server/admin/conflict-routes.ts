/** `/conflicts`: the queue of what the bridge will not decide by itself. */
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Steward } from '../../steward/steward.js';
import { readInput } from '../json-input.js';
import { clientOf } from './acting-client.js';

const listSchema = z.strictObject({
  state: z.enum(['open', 'linked', 'settled', 'dismissed', 'gone', 'all']).default('open'),
});
const linkSchema = z.strictObject({ person: z.string().min(1).max(1_000) });
const settleSchema = z.strictObject({ owner: z.string().min(1).max(1_000) });
const emptySchema = z.strictObject({});

export function conflictRoutes(steward: Steward): Router {
  const router = express.Router();

  router.get('/conflicts', async (request: Request, response: Response) => {
    const { state } = readInput(listSchema, request.query);
    response.json({ conflicts: await steward.conflicts(state === 'all' ? undefined : state) });
  });

  router.post('/conflicts/:id/link', async (request: Request<{ id: string }>, response: Response) => {
    const { person } = readInput(linkSchema, request.body);
    response.json(await steward.link(request.params.id, { person, by: clientOf(response) }));
  });

  router.post('/conflicts/:id/settle', async (request: Request<{ id: string }>, response: Response) => {
    const { owner } = readInput(settleSchema, request.body);
    response.json(await steward.settle(request.params.id, { owner, by: clientOf(response) }));
  });

  router.post('/conflicts/:id/dismiss', async (request: Request<{ id: string }>, response: Response) => {
    readInput(emptySchema, request.body);
    response.json(await steward.dismiss(request.params.id, clientOf(response)));
  });

  return router;
}

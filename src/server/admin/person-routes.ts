/** `/people`, `/sources` and `/disagreements`: who somebody is, why, and what an admin says instead. */
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { JsonObject } from '../../json.js';
import type { Steward } from '../../steward/steward.js';
import { readInput } from '../json-input.js';
import { clientOf } from './acting-client.js';

const text = z.string().min(1).max(1_000);
const paths = z.array(text).min(1).max(200);

const searchSchema = z.union(
  [z.strictObject({ id: text }), z.strictObject({ luccaId: text }), z.strictObject({ userName: text })],
  'give exactly one of id, luccaId and userName',
);
const explainSchema = z.strictObject({});
const overrideSchema = z.strictObject({
  attributes: z.record(z.string(), z.json()),
  author: text.optional(),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});
const handBackSchema = z.strictObject({ source: text.optional(), attributes: paths.optional() });
const unlinkSchema = z.strictObject({ source: text });
const sourceHandBackSchema = z.strictObject({ attributes: paths.optional() });
const pageSchema = z.strictObject({
  after: text.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export function personRoutes(steward: Steward): Router {
  const router = express.Router();

  router.get('/people', async (request: Request, response: Response) => {
    const search = readInput(searchSchema, request.query);
    const [[key, value] = ['id', '']] = Object.entries(search);
    response.json({ people: await steward.search(key as 'id' | 'luccaId' | 'userName', value) });
  });

  router.get('/people/:id/explain', async (request: Request<{ id: string }>, response: Response) => {
    readInput(explainSchema, request.query);
    response.json(await steward.explain(request.params.id));
  });

  router.post('/people/:id/override', async (request: Request<{ id: string }>, response: Response) => {
    const { attributes, author = clientOf(response), expiresAt } = readInput(overrideSchema, request.body);
    const override = { attributes: attributes as JsonObject, author, expiresAt };
    response.json(await steward.override(request.params.id, override));
  });

  router.post('/people/:id/hand-back', async (request: Request<{ id: string }>, response: Response) => {
    response.json(await steward.handBack(request.params.id, readInput(handBackSchema, request.body)));
  });

  router.post('/people/:id/unlink', async (request: Request<{ id: string }>, response: Response) => {
    const { source } = readInput(unlinkSchema, request.body);
    response.json(await steward.unlink(request.params.id, source));
  });

  router.post(
    '/sources/:source/hand-back',
    async (request: Request<{ source: string }>, response: Response) => {
      const { attributes } = readInput(sourceHandBackSchema, request.body);
      response.json({ people: await steward.handBackSource(request.params.source, attributes) });
    },
  );

  router.get('/disagreements', async (request: Request, response: Response) => {
    response.json(await steward.disagreements(readInput(pageSchema, request.query)));
  });

  return router;
}

/** `/sync` and `/runs`: start a synchronisation, and how the latest ones ended. */
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Syncs } from '../../sync/syncs.js';
import { readInput } from '../json-input.js';

const emptySchema = z.strictObject({});
const listSchema = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) });

export function runRoutes(syncs: Syncs): Router {
  const router = express.Router();

  router.post('/sync', async (request: Request, response: Response) => {
    readInput(emptySchema, request.body);
    const { done, ...sync } = await syncs.start('admin');
    // How it ends stands in its record.
    done.catch(() => {});
    response.status(202).json(sync);
  });

  router.get('/runs', async (request: Request, response: Response) => {
    const { limit } = readInput(listSchema, request.query);
    response.json({ running: syncs.running, runs: await syncs.list(limit) });
  });

  return router;
}

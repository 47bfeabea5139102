/** `/people/{id}/erase`: a person's right to be forgotten. */
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Erase } from '../../upkeep/erase.js';
import { readInput } from '../json-input.js';
import { clientOf } from './acting-client.js';

const eraseSchema = z.strictObject({ force: z.boolean().default(false) });

export function erasureRoutes(erase: Erase): Router {
  const router = express.Router();

  router.post('/people/:id/erase', async (request: Request<{ id: string }>, response: Response) => {
    const { force } = readInput(eraseSchema, request.body);
    response.json(await erase(request.params.id, { by: clientOf(response), force }));
  });

  return router;
}

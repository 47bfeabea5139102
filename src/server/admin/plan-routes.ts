/** `/plans`: the latest plans of each target, and the approval of one. */
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Approvals } from '../../sync/approvals.js';
import type { PlanArchive } from '../../sync/plan-archive.js';
import { readInput } from '../json-input.js';
import { clientOf } from './acting-client.js';

/** Where plans lie and are approved. */
export interface PlanDesk {
  archive: Pick<PlanArchive, 'list' | 'find' | 'open'>;
  approvals: Pick<Approvals, 'approve' | 'list'>;
}

const nothing = z.strictObject({});
const approveSchema = z.strictObject({
  by: z.string().min(1).max(1_000).optional(),
  validFor: z.string().max(20).optional(),
});

export function planRoutes({ archive, approvals }: PlanDesk): Router {
  const router = express.Router();

  router.get('/plans', async (request: Request, response: Response) => {
    readInput(nothing, request.query);
    const plans = (await archive.list()).map(({ target, hash, madeAt, at, summary }) => ({
      target,
      hash,
      madeAt,
      at,
      summary,
    }));
    response.json({ plans });
  });

  router.get('/plans/:hash', async (request: Request<{ hash: string }>, response: Response) => {
    readInput(nothing, request.query);
    response.json(await archive.open(await archive.find(request.params.hash)));
  });

  router.post('/plans/:hash/approve', async (request: Request<{ hash: string }>, response: Response) => {
    const { by = clientOf(response), validFor } = readInput(approveSchema, request.body);
    const {
      id: _id,
      version: _version,
      ...approval
    } = await approvals.approve(request.params.hash, {
      by,
      validFor,
    });
    response.json(approval);
  });

  router.get('/approvals', async (request: Request, response: Response) => {
    readInput(nothing, request.query);
    const list = (await approvals.list()).map(({ id: _id, version: _version, ...approval }) => approval);
    response.json({ approvals: list });
  });

  return router;
}

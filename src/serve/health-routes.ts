/** Where a process says how it is: for the probes of an orchestrator. */
import { type IRouter, Router } from 'express';
import helmet from 'helmet';

/**
 * `/live` answers whoever is alive; `/` is healthy, 200, only when `judge` says `ok`, and 503 with the same words else.
 * @param judge how things stand
 */
export function healthRoutes(judge: () => Promise<{ status: string }>): IRouter {
  const router = Router();
  router.use(helmet());
  router.get('/live', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/', async (_request, response) => {
    const health = await judge();
    response.status(health.status === 'ok' ? 200 : 503).json(health);
  });
  return router;
}

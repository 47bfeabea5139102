/**
 * The admin API: JSON over what admins decide about people, conflicts and runs. One token with the role `admin` opens all of it.
 * Errors are `{code, message, remedy}`.
 */
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { BridgeError } from '../../errors.js';
import { forbidden } from '../../scim/errors.js';
import type { Steward } from '../../steward/steward.js';
import type { Syncs } from '../../sync/syncs.js';
import type { Erase } from '../../upkeep/erase.js';
import type { Authenticator } from '../auth.js';
import { answerJsonErrors, tooManyRequests } from '../json-errors.js';
import { clientOf, findClient, setClient } from './acting-client.js';
import { conflictRoutes } from './conflict-routes.js';
import { erasureRoutes } from './erasure-routes.js';
import { personRoutes } from './person-routes.js';
import { type PlanDesk, planRoutes } from './plan-routes.js';
import { runRoutes } from './run-routes.js';

export interface AdminRouterOptions {
  steward: Steward;
  syncs: Syncs;
  plans: PlanDesk;
  erase: Erase;
  authenticator: Authenticator;
  /** Called after each answer: codes and ids, nothing personal. */
  log?: (entry: AdminLogEntry) => void;
  /** Told what went wrong when the answer is a 500 or 503. */
  onError?: (error: unknown) => void;
}

/** One line of the request log: no query, no body. */
export interface AdminLogEntry {
  client: string | undefined;
  method: string;
  /** As a pattern: `/people/{id}/explain`. */
  route: string | undefined;
  status: number;
}

const REQUESTS_PER_MINUTE = 600;
const BODY_BYTES = 65_536;

/** An Express router for `app.use('/admin', …)`; it needs no body parser before it. */
export function adminRouter(options: AdminRouterOptions): Router {
  const { steward, syncs, plans, erase, authenticator, log, onError } = options;
  const router = express.Router();
  router.use(helmet());
  if (log !== undefined) router.use(logAnswers(log));
  router.use(async (request: Request, response: Response, next: NextFunction) => {
    const client = await authenticator.authenticate(request);
    if (client.role !== 'admin') throw forbidden('The token may not use the admin API.');
    setClient(response, client.name);
    next();
  });
  router.use(
    rateLimit({
      windowMs: 60_000,
      limit: REQUESTS_PER_MINUTE,
      legacyHeaders: false,
      validate: false,
      keyGenerator: (_request, response) => clientOf(response),
      handler: tooManyRequests,
    }),
  );
  router.use(express.json({ limit: BODY_BYTES, type: ['application/json', 'application/scim+json'] }));
  router.use(
    personRoutes(steward),
    erasureRoutes(erase),
    conflictRoutes(steward),
    runRoutes(syncs),
    planRoutes(plans),
  );
  router.use(() => {
    throw new BridgeError('ROUTE_UNKNOWN', 'The admin API has no such route.', {
      remedy: 'docs/serving.md lists its routes and methods.',
    });
  });
  router.use(answerJsonErrors(onError));
  return router;
}

function logAnswers(log: (entry: AdminLogEntry) => void) {
  return (request: Request, response: Response, next: NextFunction) => {
    response.once('finish', () => {
      const route: unknown = request.route?.path;
      log({
        client: findClient(response),
        method: request.method,
        route: typeof route === 'string' ? route.replaceAll(/:(\w+)/g, '{$1}') : undefined,
        status: response.statusCode,
      });
    });
    next();
  };
}

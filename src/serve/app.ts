/** What one bridge answers over HTTP, as one listener. */
import type { RequestListener } from 'node:http';
import express from 'express';
import type { Bridge } from '../bridge.js';
import type { ServerConfig } from '../config/schema.js';
import { inFrontOf } from '../server/in-front.js';
import { answerJsonErrors } from '../server/json-errors.js';
import { healthRoutes } from './health-routes.js';
import { nothingThere } from './nothing-there.js';

/** Where things are, from the root of the server. */
export interface Paths {
  scim: string;
  admin: string;
  /** Null where sign-ins are not configured. */
  sso: string | null;
  health: string;
}

/** @param within what comes before all of them: nothing, or the path of a tenant */
export function pathsOf(
  server: Pick<ServerConfig, 'basePath' | 'adminPath'> & { oidc?: ServerConfig['oidc'] | undefined },
  within = '',
): Paths {
  return {
    scim: within + server.basePath,
    admin: within + server.adminPath,
    sso: server.oidc === undefined ? null : `${within}/sso`,
    health: `${within}/health`,
  };
}

/** @throws BridgeError SERVER_NOT_CONFIGURED */
export function createListener(bridge: Bridge, paths: Paths): RequestListener {
  const endpoint = bridge.scimRouter();
  const app = express().disable('x-powered-by');
  app.use(paths.scim, endpoint);
  app.use(paths.admin, bridge.adminRouter());
  if (paths.sso !== null) app.use(paths.sso, bridge.ssoRouter());
  app.use(paths.health, healthRoutes(bridge.health));
  app.use(nothingThere);
  app.use(answerJsonErrors());
  return inFrontOf(app, paths.scim, endpoint);
}

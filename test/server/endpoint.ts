/** The endpoint under test: the real router, mounted in a real Express application, over the in-memory backend. */
import express from 'express';
import { createRegistry, type Registry } from '../../src/scim/registry.js';
import { bearerAuthenticator, hashedTokens, hashToken } from '../../src/server/auth.js';
import { scimRouter } from '../../src/server/router.js';
import type { ScimRouterOptions } from '../../src/server/service.js';
import { MemoryBackend, type MemoryBackendOptions } from '../../src/testing/target/memory-backend.js';
import { type Endpoint, listen } from './session.js';

export const TOKENS = {
  idp: 'idp-token-1',
  idpNext: 'idp-token-2',
  reader: 'reader-token',
  admin: 'admin-token',
};

export const authenticator = bearerAuthenticator(
  hashedTokens([
    { name: 'okta', role: 'idp', tokens: [hashToken(TOKENS.idp), hashToken(TOKENS.idpNext)] },
    { name: 'optima', role: 'reader', tokens: [hashToken(TOKENS.reader)] },
    { name: 'operator', role: 'admin', tokens: [hashToken(TOKENS.admin)] },
  ]),
);

export interface EndpointOptions
  extends Partial<ScimRouterOptions>,
    Partial<Omit<MemoryBackendOptions, 'registry'>> {
  registry?: Registry;
  basePath?: string;
}

export async function startEndpoint(
  options: EndpointOptions = {},
): Promise<Endpoint & { backend: MemoryBackend }> {
  const { registry = createRegistry(), basePath = '/scim/v2' } = options;
  const backend = new MemoryBackend({ ...options, registry });
  const app = express();
  app.use(basePath, scimRouter({ authenticator, backend, ...options, registry }));
  const endpoint = await listen(app, { basePath, authorization: `Bearer ${TOKENS.idp}` });
  return { ...endpoint, backend };
}

/** The SCIM endpoint of one bridge: its backend, opened when it is first mounted, behind the protocol layer. */
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/schema.js';
import type { SourceName } from '../identity/person.js';
import type { CompiledRules } from '../identity/rules.js';
import type { Authenticator } from '../server/auth.js';
import { type BridgeBackend, createBridgeBackend } from '../server/bridge/backend.js';
import { loadView } from '../server/bridge/load-view.js';
import { bridgeRegistry } from '../server/bridge/registry.js';
import type { View } from '../server/bridge/view.js';
import { scimRouter } from '../server/router.js';
import type { ScimHandler } from '../server/scim-request.js';
import type { Limits } from '../server/service.js';
import type { Store } from '../store/store.js';

export interface Endpoint {
  router(): ScimHandler;
  close(): Promise<void>;
}

export interface EndpointOptions {
  server: Omit<ServerConfig, 'clients'>;
  /** As the configuration names them, by name or path. */
  views: ReadonlyMap<string, View>;
  store: Store;
  tenant: string;
  rules: CompiledRules;
  authenticator: Authenticator;
  silent: () => ReadonlyMap<SourceName, string>;
  /** Milliseconds. */
  now: () => number;
  log: Logger;
}

/** Loads every view that a client or scope names. @throws BridgeError or FileError VIEW_NOT_FOUND, VIEW_INVALID */
export function loadViews({ clients, oauth }: Pick<ServerConfig, 'clients' | 'oauth'>): Map<string, View> {
  const viewers = [...clients, ...Object.values(oauth?.scopes ?? {})];
  const names = new Set(viewers.flatMap(({ view }) => (view === undefined ? [] : [view])));
  return new Map([...names].map((name) => [name, loadView(name)]));
}

export function createEndpoint(options: EndpointOptions): Endpoint {
  let backend: Promise<BridgeBackend> | undefined;
  return {
    router() {
      backend ??= openBackend(options);
      return whenOpen(backend.then((opened) => createRouter(opened, options)));
    },
    async close() {
      // One that could not be opened has nothing to close.
      const opened = await backend?.catch(() => undefined);
      opened?.close();
    },
  };
}

function openBackend({
  server,
  views,
  store,
  tenant,
  rules,
  silent,
  now,
}: EndpointOptions): Promise<BridgeBackend> {
  const { idpOnly, unknownMembers, uniqueGroupNames, matching } = server;
  return createBridgeBackend({
    store,
    tenant,
    rules,
    settings: { idpOnly, unknownMembers, uniqueGroupNames, ...(matching && { matching }) },
    views,
    registry: bridgeRegistry,
    silent,
    now,
  });
}

function createRouter(backend: BridgeBackend, options: EndpointOptions): ScimHandler {
  const { server, views, authenticator, now, log } = options;
  return scimRouter({
    registry: bridgeRegistry,
    backend,
    authenticator,
    views: new Map([...views].map(([name, { registry }]) => [name, registry])),
    limits: given(server.limits),
    rateLimit: server.rate,
    openDiscovery: server.openDiscovery,
    ...(server.publicUrl !== undefined && { publicUrl: server.publicUrl }),
    now,
    // A log that nobody reads would still cost time with each request.
    ...(log.isLevelEnabled('info') && { log: (entry) => log.info(entry, 'scim request') }),
    onError: (error) => log.error({ err: error }, 'scim request failed'),
  });
}

/** Settings that were left out keep their defaults. */
function given(limits: ServerConfig['limits']): Partial<Limits> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

/** Requests that come before the backend is open wait for it. */
function whenOpen(opening: Promise<ScimHandler>): ScimHandler {
  let handler: ScimHandler | undefined;
  const opened = opening.then((router) => {
    handler = router;
    return router;
  });
  // Each request is told; without any, nobody needs to be.
  opened.catch(() => {});
  return (request, response, next) => {
    if (handler !== undefined) return handler(request, response, next);
    opened.then((router) => router(request, response, next), next);
  };
}

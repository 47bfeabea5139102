/** Everything a bridge offers to others over HTTP, put together from its configuration. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { BridgeConfig, ServerConfig } from '../config/schema.js';
import { BridgeError } from '../errors.js';
import type { SourceName } from '../identity/person.js';
import type { CompiledRules } from '../identity/rules.js';
import { addUp, type Failing, NOTHING_FAILS } from '../push/failing.js';
import type { PlanDesk } from '../server/admin/plan-routes.js';
import { adminRouter } from '../server/admin/router.js';
import type { Client } from '../server/backend.js';
import { COLLECTIONS, openServedState } from '../server/bridge/collections.js';
import type { ScimHandler } from '../server/scim-request.js';
import { createIdTokenVerifier } from '../server/sso/id-token.js';
import { ssoRouter } from '../server/sso/router.js';
import type { SignInClaims } from '../steward/claims.js';
import { type ConnectionRecord, type Connections, openConnections } from '../steward/connections.js';
import { createSteward, type Steward } from '../steward/steward.js';
import { isStoreFault, type WatchedStore } from '../store/fault-watch.js';
import type { Collection, Store } from '../store/store.js';
import { MEMORIES } from '../sync/state.js';
import type { Syncs } from '../sync/syncs.js';
import { recallTarget, type TargetMemory } from '../sync/target-memory.js';
import type { Backup } from '../upkeep/archive.js';
import { type Erase, erasePerson } from '../upkeep/erase.js';
import { erasuresOf } from '../upkeep/erasures.js';
import { createAuthenticator } from './clients.js';
import { createEndpoint, loadViews } from './endpoint.js';
import { type Health, judgeHealth } from './health.js';
import { type AlarmRecord, openAlarms } from './oversight/alarms.js';
import { remember } from './remember.js';
import { ANSWER_WITHIN_MS, createStoreCheck, within } from './store-check.js';

const CONNECTIONS = 'connections';
const STORE_CHECKS = 'store-checks';

export interface Serving {
  steward: Steward;
  erase: Erase;
  /** @throws BridgeError SERVER_NOT_CONFIGURED */
  scimRouter(): ScimHandler;
  /** @throws BridgeError SERVER_NOT_CONFIGURED */
  adminRouter(): RequestHandler;
  /** @throws BridgeError SERVER_NOT_CONFIGURED, SSO_NOT_CONFIGURED */
  ssoRouter(): RequestHandler;
  health(): Promise<Health>;
  openConflicts(): Promise<number>;
  /** What could not be written at the last run on each configured target, by its name. */
  failing(): Promise<ReadonlyMap<string, Failing>>;
  /** What was told about the health, and when it ended. */
  alarms: Collection<AlarmRecord>;
  close(): Promise<void>;
}

export interface ServingOptions {
  config: Pick<BridgeConfig, 'server' | 'schedule' | 'targets'>;
  store: Store;
  /** Why it does not work. */
  storeFault: WatchedStore['fault'];
  tenant: string;
  rules: CompiledRules;
  syncs: Syncs;
  plans: PlanDesk;
  /** Does something between two runs, never beside one. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Backups that were taken of this state. */
  backups: () => Promise<readonly Backup[]>;
  clock: Clock;
  log: Logger;
}

/** @throws BridgeError or FileError with exit code 2 when a token or view is unusable */
export async function createServing(options: ServingOptions): Promise<Serving> {
  const { config, store, storeFault, tenant, rules, syncs, plans, inTurn, backups, clock, log } = options;
  const { server, schedule } = config;
  const now = () => clock.now();
  const iso = () => new Date(now()).toISOString();
  const servingSince = iso();

  const connections = await openConnections({
    collection: store.collection<ConnectionRecord>(tenant, CONNECTIONS),
    follow: (listener) =>
      store.watch(tenant, (changes) => {
        const ids = changes.flatMap(({ collection, id }) => (collection === CONNECTIONS ? [id] : []));
        if (ids.length > 0) listener(ids);
      }),
    isConnected: (source) => isConfigured(source, server),
    staleAfterDays: rules.staleAfterDays,
    now,
    onProblem: (error) => log.error({ err: error }, 'what was heard of an IdP could not be stored'),
  });
  const recentRuns = remember(store, tenant, 'syncs', () => syncs.list());
  const { people, conflicts } = openServedState(store, tenant);
  const erasures = erasuresOf(store, tenant);
  const steward = hearing(
    createSteward({ people, conflicts, rules, silent: connections.silent, now: iso, newId: randomUUID }),
    connections,
  );
  const openConflicts = remember(store, tenant, COLLECTIONS.conflicts, () => steward.conflicts('open'));
  const checkStore = createStoreCheck({
    collection: store.collection(tenant, STORE_CHECKS),
    fault: storeFault,
    now,
  });
  const memories = store.collection<TargetMemory>(tenant, MEMORIES);
  const failing = remember(store, tenant, MEMORIES, async () => {
    const known = await Promise.all(
      Object.entries(config.targets).map(async ([name, target]) => {
        const memory = await recallTarget({ name, config: target }, memories);
        return [name, memory.failing ?? NOTHING_FAILS] as const;
      }),
    );
    return new Map(known);
  });
  const open = server && openServer(server, options, connections);

  const erase: Erase = async (reference, how) => {
    syncs.refuseWhileRunning();
    return inTurn(async () => {
      // Somebody who is gone may have a receipt: an erasure is finished by asking for it again.
      const { id } = await steward.explain(reference).catch(unlessUnknown(reference));
      const context = { store, tenant, people, erasures, backups, now: iso, newId: randomUUID };
      const erased = await erasePerson(context, id, how);
      log.info({ receipt: erased.receipt.id, by: how.by }, 'a person was erased');
      return erased;
    });
  };

  function need() {
    if (open !== undefined && server !== undefined) return { ...open, server };
    throw new BridgeError(
      'SERVER_NOT_CONFIGURED',
      'The configuration has no server block, so that nobody may call.',
      {
        remedy: 'Add server: with clients, as docs/serving.md shows.',
        exitCode: 2,
      },
    );
  }
  return {
    steward,
    erase,
    scimRouter: () => need().endpoint.router(),
    adminRouter() {
      return adminRouter({
        steward,
        syncs,
        plans,
        erase,
        authenticator: need().authenticator,
        log: (entry) => log.info(entry, 'admin request'),
        onError: (error) => log.error({ err: error }, 'admin request failed'),
      });
    },
    ssoRouter() {
      const { oidc } = need().server;
      if (oidc === undefined) throw ssoNotConfigured();
      const { issuer, audience, jwksUrl, source, createPeople } = oidc;
      return ssoRouter({
        verify: createIdTokenVerifier({ issuer, audience, jwks: jwksUrl, now }),
        keep: (claims, { isRepeated }) =>
          steward.assert(source, claims as SignInClaims, { createPeople, isRepeated }),
        onError: (error) => log.error({ err: error }, 'sign-in failed'),
      });
    },
    async health() {
      const nothing = new Map<string, Failing>();
      const [fault, runs, byTarget] = await Promise.all([
        checkStore(),
        within(ANSWER_WITHIN_MS, recentRuns.get().catch(unlessFault([])), []),
        within(ANSWER_WITHIN_MS, failing.get().catch(unlessFault(nothing)), nothing),
      ]);
      return judgeHealth({
        schedule,
        runs,
        running: syncs.running !== null,
        servingSince,
        storeFault: fault ?? storeFault(),
        failing: addUp([...byTarget.values()]),
        now: iso(),
      });
    },
    failing: failing.get,
    openConflicts: async () => (await openConflicts.get()).length,
    alarms: openAlarms(store, tenant),
    async close() {
      recentRuns.stop();
      openConflicts.stop();
      failing.stop();
      await open?.endpoint.close();
      connections.close();
      await connections.settled();
    },
  };
}

function unlessUnknown(id: string): (error: unknown) => { id: string } {
  return (error) => {
    if (error instanceof BridgeError && error.code === 'PERSON_UNKNOWN') return { id };
    throw error;
  };
}

/** The fault itself is told. @param unknown what is said of what cannot be read */
function unlessFault<T>(unknown: T): (error: unknown) => T {
  return (error) => {
    if (isStoreFault(error)) return unknown;
    throw error;
  };
}

/** The tokens are read here, hashed, and kept nowhere else. */
function openServer(
  { clients, ...server }: ServerConfig,
  { store, tenant, rules, clock, log }: ServingOptions,
  connections: Connections,
) {
  const onSeen = ({ name, role }: Client) => {
    if (role !== 'reader') connections.heard(`idp:${name}`);
  };
  const authenticator = createAuthenticator({ clients, oauth: server.oauth }, onSeen);
  const endpoint = createEndpoint({
    server,
    views: loadViews({ clients, oauth: server.oauth }),
    store,
    tenant,
    rules,
    authenticator,
    silent: connections.silent,
    now: () => clock.now(),
    log,
  });
  return { authenticator, endpoint };
}

/** A sign-in is a word of its source. */
function hearing(steward: Steward, connections: Connections): Steward {
  return {
    ...steward,
    async assert(source, claims, options) {
      const outcome = await steward.assert(source, claims, options);
      connections.heard(source);
      return outcome;
    },
  };
}

/** Without a server block nobody can tell: a plan from another configuration file disconnects no IdP. */
function isConfigured(source: SourceName, server: ServerConfig | undefined): boolean {
  if (server === undefined || server.oauth !== undefined) return true;
  return server.oidc?.source === source || server.clients.some(({ name }) => `idp:${name}` === source);
}

function ssoNotConfigured(): BridgeError {
  return new BridgeError('SSO_NOT_CONFIGURED', 'The configuration names no OpenID Connect issuer.', {
    remedy: 'Add server.oidc with issuer, jwksUrl, audience and source, as docs/serving.md shows.',
    exitCode: 2,
  });
}

/** Figures for Prometheus: counts of what this process did, and how its tenants are. Names of tenants and targets, nothing personal. */
import { timingSafeEqual } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Bridge, Observer } from '../../bridge.js';
import type { BridgeConfig } from '../../config/schema.js';
import { hashToken } from '../../server/auth.js';

/** What is asked when the figures are read. */
export interface Watched {
  tenant: string;
  bridge: Pick<Bridge, 'health' | 'openConflicts' | 'failing'>;
}

export interface MetricsSource {
  tenants(): readonly Watched[];
  /** Tasks that wait, by the name of their queue. */
  waiting(): Promise<Readonly<Record<string, number>>>;
  /** Tenants that cannot be served. */
  broken(): number;
}

export interface Metrics {
  registry: Registry;
  /** The figures as they are now, in the form that Prometheus reads. What cannot be read is left out. */
  read(): Promise<string>;
  /** Counts what the bridge of a tenant does. */
  observerOf(tenant: string): Observer;
  /** Counts what a listener answers. */
  counting(tenant: string, listener: RequestListener): RequestListener;
  path: string;
  /** Answers with the figures. */
  listener: RequestListener;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function createMetrics(config: NonNullable<BridgeConfig['metrics']>, source: MetricsSource): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `lucca_scim_${name}`, help, labelNames, registers });
  const runs = counter('runs_total', 'Synchronisations that ended', ['tenant', 'outcome']);
  const requests = counter('requests_total', 'Requests answered', ['tenant', 'method', 'status']);
  const asked = counter('target_requests_total', 'Requests to targets', [
    'tenant',
    'target',
    'method',
    'status',
  ]);
  const throttled = counter('target_throttled_total', 'Answers 429 of targets', ['tenant', 'target']);
  const look = registerGauges(registers, source);
  const read = async () => {
    await look();
    return registry.metrics();
  };

  return {
    registry,
    read,
    observerOf: (tenant) => ({
      exchanged(target, { method, status }) {
        asked.inc({ tenant, target, method, status: classOf(status) });
        if (status === 429) throttled.inc({ tenant, target });
      },
      synchronised: ({ outcome }) => runs.inc({ tenant, outcome }),
    }),
    counting: (tenant, listener) => (request, response) => {
      const method = METHODS.has(request.method ?? '') ? (request.method ?? '') : 'other';
      response.once('finish', () => requests.inc({ tenant, method, status: classOf(response.statusCode) }));
      listener(request, response);
    },
    path: config.path,
    listener: answer(read, registry.contentType, config.token),
  };
}

/** @returns sets them all */
function registerGauges(registers: Registry[], source: MetricsSource): () => Promise<void> {
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name: `lucca_scim_${name}`, help, labelNames, registers });
  const lastSuccess = gauge('last_success_timestamp_seconds', 'When the last run succeeded', ['tenant']);
  const storeFailing = gauge('store_failing', '1 while nothing can be stored or read', ['tenant']);
  const conflicts = gauge('open_conflicts', 'Conflicts that wait for an admin', ['tenant']);
  const failing = gauge('target_failing', 'What could not be written at the last run on a target', [
    'tenant',
    'target',
    'kind',
  ]);
  const failingSince = gauge(
    'target_failing_since_timestamp_seconds',
    'Since when the oldest of it has been failing',
    ['tenant', 'target'],
  );
  const waiting = gauge('queue_waiting', 'Tasks that wait', ['queue']);
  const tenants = gauge('tenants', 'Tenants by whether they are served', ['state']);

  return async () => {
    const [queues, ...served] = await Promise.all([
      orNothing(source.waiting()),
      ...source.tenants().map(askTenant),
    ]);
    // From here on nothing else happens until all are set: two who ask at once see the same.
    for (const each of [lastSuccess, storeFailing, conflicts, failing, failingSince, waiting]) each.reset();
    for (const { tenant, health, openConflicts, targets } of served) {
      if (health?.lastSuccess) lastSuccess.set({ tenant }, Date.parse(health.lastSuccess.at) / 1_000);
      if (health !== undefined) storeFailing.set({ tenant }, health.storeFault === null ? 0 : 1);
      if (openConflicts !== undefined) conflicts.set({ tenant }, openConflicts);
      for (const [target, { people, groups, memberships, since }] of targets ?? []) {
        failing.set({ tenant, target, kind: 'person' }, people);
        failing.set({ tenant, target, kind: 'group' }, groups);
        failing.set({ tenant, target, kind: 'membership' }, memberships);
        if (since !== null) failingSince.set({ tenant, target }, Date.parse(since) / 1_000);
      }
    }
    for (const [queue, count] of Object.entries(queues ?? {})) waiting.set({ queue }, count);
    tenants.set({ state: 'served' }, served.length);
    tenants.set({ state: 'broken' }, source.broken());
  };
}

async function askTenant({ tenant, bridge }: Watched) {
  const [health, openConflicts, targets] = await Promise.all([
    orNothing(bridge.health()),
    orNothing(bridge.openConflicts()),
    orNothing(bridge.failing()),
  ]);
  return { tenant, health, openConflicts, targets };
}

/** One figure that cannot be read takes no other with it. */
function orNothing<T>(figure: Promise<T>): Promise<T | undefined> {
  return figure.catch(() => undefined);
}

/** `2xx`; `none` where there was no answer. */
function classOf(status: number | null): string {
  return status === null ? 'none' : `${Math.floor(status / 100)}xx`;
}

function answer(read: Metrics['read'], contentType: string, token: string | undefined): RequestListener {
  const wanted = token === undefined ? undefined : Buffer.from(hashToken(token));
  return (request, response) => {
    const given = /^Bearer +([^ ]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (wanted !== undefined && !timingSafeEqual(Buffer.from(hashToken(given)), wanted)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="metrics"' }).end();
      return;
    }
    read().then(
      (text) => response.writeHead(200, { 'content-type': contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  };
}

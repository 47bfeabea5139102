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
  registerGauges(registers, source);

  return {
    registry,
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
    listener: answer(registry, config.token),
  };
}

function registerGauges(registers: Registry[], source: MetricsSource): void {
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    collect: (own: Gauge<L>) => Promise<void>,
  ) =>
    new Gauge({
      name: `lucca_scim_${name}`,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        await collect(this);
      },
    });
  gauge('last_success_timestamp_seconds', 'When the last run succeeded', ['tenant'], async (own) => {
    for (const { tenant, bridge } of source.tenants()) {
      const { lastSuccess } = await bridge.health();
      if (lastSuccess !== null) own.set({ tenant }, Date.parse(lastSuccess.at) / 1_000);
    }
  });
  gauge('store_failing', '1 while nothing can be stored', ['tenant'], async (own) => {
    for (const { tenant, bridge } of source.tenants()) {
      const { storeFault } = await bridge.health();
      own.set({ tenant }, storeFault === null ? 0 : 1);
    }
  });
  gauge('open_conflicts', 'Conflicts that wait for an admin', ['tenant'], async (own) => {
    for (const { tenant, bridge } of source.tenants()) own.set({ tenant }, await bridge.openConflicts());
  });
  gauge(
    'target_failing',
    'What could not be written at the last run on a target',
    ['tenant', 'target', 'kind'],
    async (own) => {
      for (const { tenant, bridge } of source.tenants())
        for (const [target, { people, groups, memberships }] of await bridge.failing()) {
          own.set({ tenant, target, kind: 'person' }, people);
          own.set({ tenant, target, kind: 'group' }, groups);
          own.set({ tenant, target, kind: 'membership' }, memberships);
        }
    },
  );
  gauge(
    'target_failing_since_timestamp_seconds',
    'Since when the oldest of it has been failing',
    ['tenant', 'target'],
    async (own) => {
      for (const { tenant, bridge } of source.tenants())
        for (const [target, { since }] of await bridge.failing())
          if (since !== null) own.set({ tenant, target }, Date.parse(since) / 1_000);
    },
  );
  gauge('queue_waiting', 'Tasks that wait', ['queue'], async (own) => {
    for (const [queue, count] of Object.entries(await source.waiting())) own.set({ queue }, count);
  });
  gauge('tenants', 'Tenants by whether they are served', ['state'], async (own) => {
    own.set({ state: 'served' }, source.tenants().length);
    own.set({ state: 'broken' }, source.broken());
  });
}

/** `2xx`; `none` where there was no answer. */
function classOf(status: number | null): string {
  return status === null ? 'none' : `${Math.floor(status / 100)}xx`;
}

function answer(registry: Registry, token: string | undefined): RequestListener {
  const wanted = token === undefined ? undefined : Buffer.from(hashToken(token));
  return (request, response) => {
    const given = /^Bearer +([^ ]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (wanted !== undefined && !timingSafeEqual(Buffer.from(hashToken(given)), wanted)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="metrics"' }).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  };
}

/** Everything by which others watch over a serving process, as its configuration asks for it: figures and alerts. */
import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { Bridge, BridgeOptions, Observer } from '../../bridge.js';
import type { Clock } from '../../clock.js';
import type { BridgeConfig } from '../../config/schema.js';
import { openQueues } from '../../queue/open.js';
import type { Queues } from '../../queue/queue.js';
import { alarmsOf } from './alarms.js';
import { type Guard, type GuardedTenant, startGuard } from './guard.js';
import { createMetrics } from './metrics.js';

export interface Member {
  tenant: string;
  bridge: Pick<Bridge, 'health' | 'openConflicts' | 'failing' | 'alarms'>;
  /** Where its alerts go; undefined = nowhere. */
  webhook: string | undefined;
}

export interface Oversight {
  /** What the bridge of a tenant is made with, to be watched. @param also who watches besides */
  observing(tenant: string, also?: Observer): Pick<BridgeOptions, 'observer'>;
  counting(tenant: string, listener: RequestListener): RequestListener;
  /** Answers for the figures; all else goes to the listener. */
  inFrontOf(listener: RequestListener): RequestListener;
  add(member: Member): void;
  /** A tenant that cannot be served. */
  addBroken(broken: GuardedTenant | null): void;
  /** Counts the tasks that wait in a queue. */
  watchQueue(name: string, waiting: () => Promise<number>): void;
  /** Begins to send alerts, once every tenant has been added. @throws BridgeError STORE_UNAVAILABLE */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface OversightOptions {
  clock: Clock;
  log: Logger;
  /** Shared with others, who close them; an own one when left out. */
  queues?: Queues;
}

export function createOversight(
  config: Pick<BridgeConfig, 'metrics' | 'store'>,
  { clock, log, queues }: OversightOptions,
): Oversight {
  const members: Member[] = [];
  const guarded: GuardedTenant[] = [];
  const waiting = new Map<string, () => Promise<number>>();
  let broken = 0;
  let guard: Guard | undefined;
  let own: Queues | undefined;
  const metrics =
    config.metrics &&
    createMetrics(config.metrics, {
      tenants: () => members,
      waiting: async () =>
        Object.fromEntries(
          await Promise.all([...waiting].map(async ([name, count]) => [name, await count()])),
        ),
      broken: () => broken,
    });

  return {
    observing(tenant, also) {
      const observers = [metrics?.observerOf(tenant), also].filter((each) => each !== undefined);
      return observers.length === 0 ? {} : { observer: tellAll(observers) };
    },
    counting: (tenant, listener) => metrics?.counting(tenant, listener) ?? listener,
    inFrontOf(listener) {
      if (metrics === undefined) return listener;
      const { path } = metrics;
      return (request, response) => {
        const isMetrics = request.url?.split('?')[0] === path;
        (isMetrics ? metrics.listener : listener)(request, response);
      };
    },
    add(member) {
      members.push(member);
      const { tenant, webhook, bridge } = member;
      if (webhook === undefined) return;
      guarded.push({
        tenant,
        webhook,
        alarms: bridge.alarms,
        present: async () => alarmsOf(await bridge.health()),
      });
    },
    addBroken(tenant) {
      broken += 1;
      if (tenant !== null) guarded.push(tenant);
    },
    watchQueue: (name, count) => void waiting.set(name, count),
    async start() {
      if (guarded.length === 0) return;
      const used = queues ?? (await openQueues(config, log));
      if (queues === undefined) own = used;
      guard = await startGuard({ queues: used, guarded, clock, log });
      waiting.set('alerts', guard.waiting);
    },
    async close() {
      await guard?.close();
      await own?.close();
    },
  };
}

function tellAll(observers: readonly Observer[]): Observer {
  return {
    exchanged(target, exchange) {
      for (const observer of observers) observer.exchanged(target, exchange);
    },
    synchronised(ended) {
      for (const observer of observers) observer.synchronised(ended);
    },
  };
}

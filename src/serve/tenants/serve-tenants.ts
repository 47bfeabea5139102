/** One process for many tenants: an endpoint, admin API and health for each, their runs through one queue, one state. */
import type { RequestListener } from 'node:http';
import express from 'express';
import { type Logger, pino } from 'pino';
import type { Bridge } from '../../bridge.js';
import { type Clock, systemClock } from '../../clock.js';
import type { BrokenTenant, ProcessConfig } from '../../config/load-process.js';
import type { ServerConfig } from '../../config/schema.js';
import { openQueues } from '../../queue/open.js';
import { answerJsonErrors } from '../../server/json-errors.js';
import { openStore } from '../../store/open.js';
import { createListener, type Paths, pathsOf } from '../app.js';
import { healthRoutes } from '../health-routes.js';
import { listen } from '../http.js';
import { nothingThere } from '../nothing-there.js';
import { brokenAlarm, openAlarms } from '../oversight/alarms.js';
import { createOversight } from '../oversight/oversight.js';
import { GRACE_MS } from '../serve.js';
import { tenantsFront } from './front.js';
import { type BrokenReport, judgeProcess, reportBroken } from './health.js';
import { type OpenTenant, openTenants } from './open-tenants.js';
import { type Runs, startRuns } from './runs.js';

export interface ServedTenant {
  name: string;
  bridge: Bridge;
  /** Full addresses. */
  scim: string;
  admin: string;
  health: string;
}

export interface TenantsProcess {
  url: string;
  /** In the order of their names. */
  tenants: readonly ServedTenant[];
  broken: readonly BrokenReport[];
  /** ISO instant of the next scheduled run of any tenant; null when there is none. */
  nextRun(): string | null;
  /** Takes no new requests, ends those in flight, breaks runs off at a safe point, and closes the state. */
  close(): Promise<void>;
}

export interface ServeTenantsOptions {
  clock?: Clock;
  /** Silent when left out. What concerns a tenant names it in the field `tenant`. */
  log?: Logger;
}

/**
 * Starts to serve.
 * @throws BridgeError PORT_UNAVAILABLE, and the codes of the store; nothing that concerns a single tenant
 */
export async function serveTenants(
  config: ProcessConfig,
  { clock = systemClock, log = pino({ level: 'silent' }) }: ServeTenantsOptions = {},
): Promise<TenantsProcess> {
  const closing: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    return await start(config, { clock, log }, closing, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** @param closing takes how each thing that was opened is closed, the last one first */
async function start(
  config: ProcessConfig,
  { clock, log }: Required<ServeTenantsOptions>,
  closing: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<TenantsProcess> {
  const servingSince = new Date(clock.now()).toISOString();
  const store = await openStore(config, ({ code, message }) => log.warn({ code }, message));
  closing.push(() => store.close());
  const queues = await openQueues(config, log);
  closing.push(() => queues.close());
  const oversight = createOversight(config, { clock, log, queues });

  const { observing } = oversight;
  const { opened, broken: unopened } = await openTenants(config.tenants, { store, observing, clock, log });
  let runs: Runs | undefined;
  closing.push(async () => {
    runs?.stop();
    await Promise.all(opened.map(({ bridge }) => bridge.close()));
    await runs?.close();
  });
  const broken = [...config.broken, ...unopened];
  for (const each of broken) {
    tellBroken(each, log);
    const webhook = config.alerts?.webhook;
    const present = async () => [brokenAlarm()];
    oversight.addBroken(
      webhook === undefined
        ? null
        : { tenant: each.name, webhook, alarms: openAlarms(store, each.name), present },
    );
  }
  for (const { name, bridge, config: own } of opened) {
    oversight.add({ tenant: name, bridge, webhook: own.alerts?.webhook });
  }

  const tenants = opened.map(({ name, bridge, config: own }) => ({ name, bridge, schedule: own.schedule }));
  runs = await startRuns({ tenants, queues, settings: config.runs, clock, log });
  oversight.watchQueue('runs', runs.waiting);
  closing.push(() => oversight.close());

  const paths = new Map(opened.map((tenant) => [tenant.name, pathsOf(serverOf(tenant), tenant.path)]));
  const listeners = new Map(
    opened.map((tenant): [string, () => RequestListener] => [
      tenant.path,
      () => oversight.counting(tenant.name, createListener(tenant.bridge, paths.get(tenant.name) as Paths)),
    ]),
  );
  const own = createOwnApp(() => judgeProcess(tenants, broken, servingSince));
  const http = await listen(oversight.inFrontOf(tenantsFront(listeners, own)), config.server);
  closing.push(() => http.close(GRACE_MS));
  await oversight.start();
  const { url } = http;
  return {
    url,
    tenants: opened.map(({ name, bridge }) => {
      const { scim, admin, health } = paths.get(name) as Paths;
      return { name, bridge, scim: url + scim, admin: url + admin, health: url + health };
    }),
    broken: broken.map(reportBroken),
    nextRun: runs.next,
    close,
  };
}

/** Each tenant of a process has one, even if its file says nothing of it. */
function serverOf({ config }: OpenTenant): ServerConfig {
  return config.server as ServerConfig;
}

function createOwnApp(judge: () => ReturnType<typeof judgeProcess>): RequestListener {
  const app = express().disable('x-powered-by');
  app.use('/health', healthRoutes(judge));
  app.use(nothingThere);
  app.use(answerJsonErrors());
  return app;
}

function tellBroken({ name, file, error }: BrokenTenant, log: Logger): void {
  log.error({ tenant: name, file, code: error.code, remedy: error.remedy }, error.message);
}

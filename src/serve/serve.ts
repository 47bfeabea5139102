/** One process that does everything: the SCIM endpoint, the admin API, sign-ins, health, and the schedule. */
import { type Logger, pino } from 'pino';
import { type Bridge, type BridgeOptions, createBridge } from '../bridge.js';
import { systemClock } from '../clock.js';
import { checkConfig } from '../config/check.js';
import type { BridgeConfig, BridgeConfigInput } from '../config/schema.js';
import { nameTenant } from '../config/tenant-name.js';
import { BridgeError } from '../errors.js';
import type { Patience } from '../sync/syncs.js';
import { createListener, pathsOf } from './app.js';
import { listen } from './http.js';
import { createOversight, type Oversight } from './oversight/oversight.js';
import { type Schedule, startSchedule } from './schedule.js';

export interface ServerProcess {
  bridge: Bridge;
  /** Address of the process, without a path. */
  url: string;
  /** Full addresses of what it offers; null where it is not configured. */
  addresses: { scim: string; admin: string; sso: string | null; health: string };
  /** ISO instant of the next scheduled run; null without schedule. */
  nextRun(): string | null;
  /** Takes no new requests, ends those in flight, lets a run reach a safe point, and closes the state. */
  close(): Promise<void>;
}

/** So long a client may take to end its request, in milliseconds. */
export const GRACE_MS = 10_000;

/**
 * Starts to serve.
 * @throws BridgeError or FileError as `createBridge`; SERVER_NOT_CONFIGURED, PORT_UNAVAILABLE
 */
export async function serve(input: BridgeConfigInput, options: BridgeOptions = {}): Promise<ServerProcess> {
  const { log = pino({ level: 'silent' }), clock = systemClock } = options;
  const config = checkConfig(input);
  const tenant = nameTenant(config);
  const oversight = createOversight(config, { clock, log });
  const bridge = await createBridge(input, { ...options, ...oversight.observing(tenant, options.observer) });
  try {
    oversight.add({ tenant, bridge, webhook: config.alerts?.webhook });
    // Listening comes last: nothing that fails leaves an open port behind.
    await oversight.start();
    return await serveBridge(bridge, config, oversight, log);
  } catch (error) {
    await oversight.close();
    await bridge.close();
    throw error;
  }
}

async function serveBridge(
  bridge: Bridge,
  { tenant, lucca, server, schedule: times }: BridgeConfig,
  oversight: Oversight,
  log: Logger,
): Promise<ServerProcess> {
  // Without a server block the listener says what is missing.
  const { host = '127.0.0.1', port = 8080, basePath = '/scim/v2', adminPath = '/admin', oidc } = server ?? {};
  const paths = pathsOf({ basePath, adminPath, oidc });
  const listener = oversight.counting(nameTenant({ tenant, lucca }), createListener(bridge, paths));
  const http = await listen(oversight.inFrontOf(listener), { host, port });
  const schedule: Schedule | null =
    times === false ? null : startSchedule(times, (instant) => syncByClock(bridge, instant, log));
  const last = schedule?.last() ?? null;
  // Nobody may be left who waits to take over: all were started after that instant.
  if (last !== null) void syncByClock(bridge, last, log, { onlyBegun: true });
  const { url } = http;
  return {
    bridge,
    url,
    addresses: {
      scim: url + paths.scim,
      admin: url + paths.admin,
      sso: paths.sso === null ? null : `${url}${paths.sso}/id-token`,
      health: url + paths.health,
    },
    nextRun: () => schedule?.next() ?? null,
    async close() {
      schedule?.stop();
      await http.close(GRACE_MS);
      await oversight.close();
      await bridge.close();
    },
  };
}

/** Never rejects: how a run ended stands in its record and in the log. */
async function syncByClock(bridge: Bridge, instant: string, log: Logger, how: Patience = {}): Promise<void> {
  try {
    await bridge.syncOnSchedule(instant, how);
  } catch (error) {
    if (error instanceof BridgeError && error.code === 'SYNC_UNDER_WAY') {
      log.warn({ code: error.code }, 'the scheduled synchronisation was left out');
    } else {
      const code = error instanceof BridgeError ? error.code : 'UNEXPECTED';
      log.error(
        { code, ...(code === 'UNEXPECTED' && { err: error }) },
        'the scheduled synchronisation failed',
      );
    }
  }
}

/** One process that does everything: the SCIM endpoint, the admin API, sign-ins, health, and the schedule. */
import express, { type Express } from 'express';
import helmet from 'helmet';
import { type Logger, pino } from 'pino';
import { type Bridge, type BridgeOptions, createBridge } from '../bridge.js';
import type { BridgeConfigInput } from '../config/schema.js';
import { bridgeConfigSchema } from '../config/schema.js';
import { BridgeError } from '../errors.js';
import { listen } from './http.js';
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
const GRACE_MS = 10_000;

/**
 * Starts to serve.
 * @throws BridgeError or FileError as `createBridge`; SERVER_NOT_CONFIGURED, PORT_UNAVAILABLE
 */
export async function serve(input: BridgeConfigInput, options: BridgeOptions = {}): Promise<ServerProcess> {
  const { log = pino({ level: 'silent' }) } = options;
  const bridge = await createBridge(input, options);
  try {
    return await serveBridge(bridge, input, log);
  } catch (error) {
    await bridge.close();
    throw error;
  }
}

async function serveBridge(bridge: Bridge, input: BridgeConfigInput, log: Logger): Promise<ServerProcess> {
  const { server, schedule: times } = bridgeConfigSchema.parse(input);
  // Without one the next line says what is missing.
  const { basePath = '/scim/v2', adminPath = '/admin', host = '127.0.0.1', port = 8080, oidc } = server ?? {};
  const app = createApp(bridge, { basePath, adminPath, hasSso: oidc !== undefined });
  const http = await listen(app, { host, port });
  const schedule: Schedule | null =
    times === false ? null : startSchedule(times, () => syncByClock(bridge, log));
  const { url } = http;
  return {
    bridge,
    url,
    addresses: {
      scim: url + basePath,
      admin: url + adminPath,
      sso: oidc === undefined ? null : `${url}${SSO_PATH}/id-token`,
      health: `${url}/health`,
    },
    nextRun: () => schedule?.next() ?? null,
    async close() {
      schedule?.stop();
      await http.close(GRACE_MS);
      await bridge.close();
    },
  };
}

const SSO_PATH = '/sso';

function createApp(
  bridge: Bridge,
  { basePath, adminPath, hasSso }: { basePath: string; adminPath: string; hasSso: boolean },
): Express {
  const app = express().disable('x-powered-by');
  app.use(basePath, bridge.scimRouter());
  app.use(adminPath, bridge.adminRouter());
  if (hasSso) app.use(SSO_PATH, bridge.ssoRouter());
  // Alive is who answers; healthy is who also does the work.
  app.get('/health/live', helmet(), (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/health', helmet(), async (_request, response) => {
    const health = await bridge.health();
    response.status(health.status === 'ok' ? 200 : 503).json(health);
  });
  return app;
}

/** Never rejects: how a run ended stands in its record and in the log. */
async function syncByClock(bridge: Bridge, log: Logger): Promise<void> {
  try {
    await bridge.sync('schedule');
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

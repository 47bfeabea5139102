/** `lucca-scim serve`: the endpoint, the admin API, health and the schedule in one process, until interrupted. */
import { pino } from 'pino';
import { loadConfig } from '../config/load.js';
import type { BridgeConfig } from '../config/schema.js';
import { serve as startServing } from '../serve/serve.js';
import type { Output } from './output.js';
import { interruption } from './simulate.js';

export interface AddressOptions {
  config: string;
  host?: string;
  port?: number;
}

export async function serve(options: AddressOptions, output: Output): Promise<number> {
  const log = pino({ level: process.env.LUCCA_SCIM_LOG ?? 'info' }, pino.destination(2));
  const stopped = interruption();
  const served = await startServing(withAddress(loadConfig(options.config), options), { log });
  const { addresses, nextRun } = served;
  output.data({ ...addresses, nextRun: nextRun() });
  output.line(`SCIM endpoint  ${addresses.scim}`);
  output.line(`Admin API      ${addresses.admin}`);
  if (addresses.sso !== null) output.line(`Sign-ins       ${addresses.sso}`);
  output.line(`Health         ${addresses.health}`);
  output.line(`Next run       ${nextRun() ?? 'none: the schedule is off'}`);
  await stopped;
  output.line('Stopping: requests and a run under way come to a safe point first.');
  await served.close();
  return 0;
}

/** What the command line and the environment say about the address comes before the file. */
function withAddress(config: BridgeConfig, { host, port }: AddressOptions): BridgeConfig {
  if (config.server === undefined) return config;
  const given = { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
  return { ...config, server: { ...config.server, ...given } };
}

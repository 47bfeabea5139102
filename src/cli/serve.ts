/** `lucca-scim serve`: the endpoint, the admin API, health and the schedule in one process, until interrupted. */
import type { Logger } from 'pino';
import { loadConfig } from '../config/load.js';
import { isForTenants, loadProcess } from '../config/load-process.js';
import type { BridgeConfig } from '../config/schema.js';
import { serve as startServing } from '../serve/serve.js';
import { serveTenants } from '../serve/tenants/serve-tenants.js';
import { createLog } from './log.js';
import { noteAddress } from './noted-address.js';
import type { Output } from './output.js';
import { interruption } from './simulate.js';

export interface AddressOptions {
  config: string;
  host?: string;
  port?: number;
}

export async function serve(options: AddressOptions, output: Output): Promise<number> {
  const log = createLog('info');
  const stopped = interruption();
  if (isForTenants(options.config)) return serveMany(options, { output, log, stopped });
  const config = withAddress(loadConfig(options.config), options);
  const served = await startServing(config, { log });
  const { addresses, nextRun } = served;
  const takeBack = await noteIn(config, served.url);
  output.data({ ...addresses, nextRun: nextRun() });
  output.line(`SCIM endpoint  ${addresses.scim}`);
  output.line(`Admin API      ${addresses.admin}`);
  if (addresses.sso !== null) output.line(`Sign-ins       ${addresses.sso}`);
  output.line(`Health         ${addresses.health}`);
  output.line(`Next run       ${nextRun() ?? 'none: the schedule is off'}`);
  await stopped;
  output.line('Stopping: requests and a run under way come to a safe point first.');
  await takeBack();
  await served.close();
  return 0;
}

interface Shell {
  output: Output;
  log: Logger;
  stopped: Promise<void>;
}

async function serveMany(
  { config, host, port }: AddressOptions,
  { output, log, stopped }: Shell,
): Promise<number> {
  const { server, ...process } = loadProcess(config);
  const address = { host: host ?? server.host, port: port ?? server.port };
  const served = await serveTenants({ ...process, server: address }, { log });
  const { url, tenants, broken, nextRun } = served;
  const takeBack = await noteIn(process, url);
  const health = `${url}/health`;
  const addresses = tenants.map(({ name, scim, admin }) => ({ name, scim, admin }));
  output.data({ health, tenants: addresses, broken, nextRun: nextRun() });
  for (const { name, scim } of tenants) output.line(`${name}  ${scim}`);
  for (const { file, line, code } of broken)
    output.line(`✗ ${file}${line === null ? '' : `:${line}`} ${code}`);
  output.line(`Health    ${health}`);
  output.line(`Next run  ${nextRun() ?? 'none: every schedule is off'}`);
  await stopped;
  output.line('Stopping: requests and runs under way come to a safe point first.');
  await takeBack();
  await served.close();
  return 0;
}

/** Beside a state in PostgreSQL other commands work as well: nobody has to find this process. */
async function noteIn({ state, store }: Pick<BridgeConfig, 'state' | 'store'>, url: string) {
  return store === undefined ? noteAddress(state, url) : async () => {};
}

/** What the command line and the environment say about the address comes before the file. */
function withAddress(config: BridgeConfig, { host, port }: AddressOptions): BridgeConfig {
  if (config.server === undefined) return config;
  const given = { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
  return { ...config, server: { ...config.server, ...given } };
}

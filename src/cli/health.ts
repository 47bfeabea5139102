/** `lucca-scim health`: asks the `serve` of this machine how it is; for the health check of a container. Exit 0 or 1. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseConfig } from '../config/load.js';
import { isForTenants, loadProcess } from '../config/load-process.js';
import { BridgeError } from '../errors.js';
import { readNotedAddress } from './noted-address.js';
import type { Output } from './output.js';
import type { AddressOptions } from './serve.js';

const TIMEOUT_MS = 4_000;

export async function health(options: AddressOptions, output: Output): Promise<number> {
  const url = `${findAddress(options)}/health`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((cause: unknown) => {
    throw new BridgeError('NOT_SERVING', `Nobody answers at ${url}.`, {
      remedy: 'Start `lucca-scim serve`, or give --port and --host as it was given them.',
      cause,
    });
  });
  const report = (await response.json()) as Record<string, unknown>;
  output.data(report);
  output.line(`${String(report.status)}: ${JSON.stringify(report)}`);
  return response.ok ? 0 : 1;
}

/** Where `serve` listens: by the options, else as it noted beside its state, else by the file, whose secrets are left alone. */
export function findAddress({ config, host, port }: AddressOptions): string {
  const known = host === undefined || port === undefined ? readServer(config) : undefined;
  const noted = host === undefined && port === undefined ? known?.noted : undefined;
  if (noted !== undefined) {
    const { hostname, port: real } = new URL(noted);
    return `http://${reachable(hostname.replace(/^\[|\]$/g, ''))}:${real}`;
  }
  return `http://${reachable(host ?? known?.host ?? '127.0.0.1')}:${port ?? known?.port ?? 8080}`;
}

/** The address of the admin API: where the `serve` that has the state listens, with the path that the file says. */
export function findAdminAddress(config: string): string {
  return `${findAddress({ config })}${readServer(config)?.adminPath ?? '/admin'}`;
}

interface KnownServer {
  host?: string;
  port?: number;
  adminPath?: string;
  /** Where a `serve` on the same state listens now. */
  noted: string | undefined;
}

/** @param file as `loadConfig` takes it, the tenant behind it included */
function readServer(file: string): KnownServer | undefined {
  const [path = file, tenant] = file.split('#');
  try {
    if (!isForTenants(path)) {
      const { server, state } = parseConfig(readFileSync(path, 'utf8'), path);
      return { ...server, noted: readNotedAddress(resolve(dirname(path), state)) };
    }
    const { server, tenants, state } = loadProcess(path);
    const { path: within = '', config } = tenants.find(({ name }) => name === tenant) ?? {};
    const adminPath = `${within}${config?.server?.adminPath ?? '/admin'}`;
    return { ...server, adminPath, noted: readNotedAddress(state) };
  } catch {
    // A container may have its configuration elsewhere; the defaults then say where to ask.
    return undefined;
  }
}

/** An address that stands for all of the machine's is asked through the loopback one. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** A bridge.yaml that names a folder of tenants → the process and each tenant, and what is wrong with those that cannot be served. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { BridgeError } from '../errors.js';
import { isName } from '../store/tables.js';
import { findClashes } from './clashes.js';
import { processFileSchema, type RunsConfig, type TenantFile, tenantFileSchema } from './process-schema.js';
import { readText } from './read-text.js';
import { type Environment, resolveConfig, resolveShared } from './resolve.js';
import type { BridgeConfig, ConfigFile } from './schema.js';
import { type SecretReference, secretSchema } from './secret.js';
import { describeServer } from './server-schema.js';
import { checkYaml, FileError, parseYaml, type YamlFile } from './yaml-file.js';

export interface Tenant {
  name: string;
  file: string;
  /** Where it is served: `/t/acme`. */
  path: string;
  config: BridgeConfig;
  /** Where a setting stands in its file. */
  locate: YamlFile['locate'];
}

/** A tenant that cannot be served. Others are. */
export interface BrokenTenant {
  /** The name of its file without `.yaml`. */
  name: string;
  file: string;
  error: BridgeError;
}

export interface ProcessConfig extends Pick<BridgeConfig, 'state' | 'store' | 'metrics' | 'alerts'> {
  server: { host: string; port: number };
  runs: RunsConfig;
  tenants: readonly Tenant[];
  broken: readonly BrokenTenant[];
}

/** Whether a configuration file is for many tenants. */
export function namesTenants({ value }: YamlFile): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'tenants');
}

/** Whether the configuration file at `path` is for many tenants. @throws BridgeError CONFIG_NOT_FOUND; FileError CONFIG_INVALID */
export function isForTenants(path: string): boolean {
  return namesTenants(parseYaml(readText(path), path, 'CONFIG_INVALID'));
}

/**
 * Reads a configuration file for many tenants and those of the tenants.
 * @throws BridgeError CONFIG_NOT_FOUND, CONFIG_SECRET_MISSING, TENANTS_NOT_FOUND; FileError CONFIG_INVALID: what concerns the
 *   process. What is wrong with a tenant is in `broken`.
 */
export function loadProcess(path: string, environment: Environment = process.env): ProcessConfig {
  const yaml = parseYaml(readText(path), path, 'CONFIG_INVALID');
  const { tenants: name, server, runs, ...file } = checkYaml(yaml, processFileSchema, 'CONFIG_INVALID');
  const folder = dirname(resolve(path));
  const shared = resolveShared(file, folder, environment);
  const tenants: Tenant[] = [];
  const broken: BrokenTenant[] = [];
  for (const each of listFiles(resolve(folder, name))) {
    try {
      tenants.push(loadTenant(each, shared, environment));
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      broken.push({ name: stemOf(each), file: each, error });
    }
  }
  const taken = ['/health', ...(shared.metrics === undefined ? [] : [shared.metrics.path])];
  const clashes = findClashes(tenants, taken);
  for (const { file, error } of clashes) broken.push({ name: stemOf(file), file, error });
  const clashing = new Set(clashes.map(({ file }) => file));
  return {
    ...shared,
    server,
    runs,
    tenants: tenants.filter((tenant) => !clashing.has(tenant.file)),
    broken,
  };
}

function loadTenant(
  file: string,
  shared: Pick<BridgeConfig, 'state' | 'store' | 'alerts'>,
  environment: Environment,
): Tenant {
  const yaml = parseYaml(readText(file), file, 'CONFIG_INVALID');
  const own = checkYaml(yaml, tenantFileSchema, 'CONFIG_INVALID');
  const name = own.tenant ?? stemOf(file);
  if (!isName(name)) throw nameInvalid(file);
  const { alerts = shared.alerts, ...config } = resolveConfig(
    asConfigFile(own, shared.state),
    dirname(file),
    environment,
  );
  const { state, store } = shared;
  return {
    name,
    file,
    path: own.path ?? `/t/${name}`,
    config: { ...config, tenant: name, state, ...(store && { store }), ...(alerts && { alerts }) },
    locate: yaml.locate,
  };
}

/** A tenant without a server block is synchronised, and lets nobody in. The process listens for all of them. */
function asConfigFile({ path: _path, server, ...own }: TenantFile, state: string): ConfigFile {
  return { ...own, state, server: serverSchema.parse(server ?? {}) };
}

const serverSchema = describeServer(secretSchema as z.ZodType<SecretReference>);

function listFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^[^.].*\.ya?ml$/.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch (cause) {
    throw new BridgeError('TENANTS_NOT_FOUND', `The folder ${folder} cannot be read.`, {
      remedy: 'Make it, with one file for each tenant, or correct the setting `tenants`.',
      exitCode: 2,
      cause,
    });
  }
}

function stemOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

function nameInvalid(file: string): FileError {
  const code = 'TENANT_NAME_INVALID';
  const message = 'the name of the file is no name for a tenant';
  const remedy = 'Use lower-case letters, digits, dots, dashes and underscores, or say `tenant: NAME` in it.';
  return new FileError(code, [{ code, file, line: 1, column: 1, message, remedy }]);
}

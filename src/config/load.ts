/** bridge.yaml → a configuration whose secrets are fetched and whose paths are absolute. */
import { dirname, resolve } from 'node:path';
import { BridgeError } from '../errors.js';
import { loadProcess, namesTenants } from './load-process.js';
import { processFileSchema } from './process-schema.js';
import { readText } from './read-text.js';
import { type Environment, resolveConfig, resolveShared } from './resolve.js';
import { type BridgeConfig, type ConfigFile, configFileSchema } from './schema.js';
import { checkYaml, parseYaml, type YamlFile } from './yaml-file.js';

/**
 * Reads and checks a configuration file.
 * @param path of the file; of one that names tenants with the tenant behind it: `bridge.yaml#acme`
 * @param environment where `${NAME}` secrets are looked up
 * @throws BridgeError CONFIG_NOT_FOUND, CONFIG_SECRET_MISSING, TENANT_NOT_NAMED, TENANT_UNKNOWN; FileError CONFIG_INVALID with
 *   file, line and remedy
 */
export function loadConfig(path: string, environment: Environment = process.env): BridgeConfig {
  const named = splitName(path);
  if (named !== null) return findTenant(named.file, named.tenant, environment);
  const yaml = parseYaml(readText(path), path, 'CONFIG_INVALID');
  if (namesTenants(yaml)) throw tenantNotNamed(path);
  return resolveConfig(checkConfigFile(yaml), dirname(resolve(path)), environment);
}

/**
 * Where the state is that a configuration file names: of everybody in it, also of a file for many tenants, whose own files are
 * not looked at. Of the secrets only that of the store is fetched.
 * @param path of the file, without a tenant behind it
 * @throws BridgeError CONFIG_NOT_FOUND, CONFIG_SECRET_MISSING, TENANT_NAMED; FileError CONFIG_INVALID
 */
export function loadPlace(
  path: string,
  environment: Environment = process.env,
): Pick<BridgeConfig, 'state' | 'store'> {
  const named = splitName(path);
  if (named !== null) throw tenantNamed(named);
  const yaml = parseYaml(readText(path), path, 'CONFIG_INVALID');
  const { state, store } = namesTenants(yaml)
    ? checkYaml(yaml, processFileSchema, 'CONFIG_INVALID')
    : checkConfigFile(yaml);
  return resolveShared({ state, store }, dirname(resolve(path)), environment);
}

/**
 * Checks the text of a configuration file without touching the environment or other files.
 * @throws FileError CONFIG_INVALID
 */
export function parseConfig(text: string, file: string): ConfigFile {
  return checkConfigFile(parseYaml(text, file, 'CONFIG_INVALID'));
}

function checkConfigFile(yaml: YamlFile): ConfigFile {
  return checkYaml(yaml, configFileSchema, 'CONFIG_INVALID');
}

interface NamedTenant {
  file: string;
  tenant: string;
}

/** `bridge.yaml#acme` → the file and the tenant; null without a tenant. */
function splitName(path: string): NamedTenant | null {
  const [, file, tenant] = /^(.+)#([^#/\\]+)$/.exec(path) ?? [];
  return file === undefined || tenant === undefined ? null : { file, tenant };
}

function findTenant(file: string, name: string, environment: Environment): BridgeConfig {
  const { tenants, broken } = loadProcess(file, environment);
  const tenant = tenants.find((each) => each.name === name);
  if (tenant !== undefined) return tenant.config;
  const error = broken.find((each) => each.name === name)?.error;
  throw error ?? tenantUnknown(file, name);
}

function tenantNotNamed(file: string): BridgeError {
  return new BridgeError('TENANT_NOT_NAMED', `${file} is for many tenants.`, {
    remedy: `Say which one: --config ${file}#NAME, where NAME is that of its file without .yaml.`,
    exitCode: 2,
  });
}

function tenantNamed({ file, tenant }: NamedTenant): BridgeError {
  return new BridgeError(
    'TENANT_NAMED',
    `${file}#${tenant} is one tenant, and the state is that of all of them.`,
    {
      remedy: `Leave #${tenant} out: --config ${file}. To take one person out: lucca-scim people erase PERSON --config ${file}#${tenant}.`,
      exitCode: 2,
    },
  );
}

function tenantUnknown(file: string, name: string): BridgeError {
  return new BridgeError('TENANT_UNKNOWN', `${file} has no tenant ${name}.`, {
    remedy: 'Look into the folder that its setting `tenants` names: each file there is a tenant.',
    exitCode: 2,
  });
}

/** bridge.yaml → a configuration whose secrets are fetched and whose paths are absolute. */
import { dirname, resolve } from 'node:path';
import { BridgeError } from '../errors.js';
import { loadProcess, namesTenants } from './load-process.js';
import { readText } from './read-text.js';
import { type Environment, resolveConfig } from './resolve.js';
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
  const [, file, tenant] = /^(.+)#([^#/\\]+)$/.exec(path) ?? [];
  if (file !== undefined && tenant !== undefined) return findTenant(file, tenant, environment);
  const yaml = parseYaml(readText(path), path, 'CONFIG_INVALID');
  if (namesTenants(yaml)) throw tenantNotNamed(path);
  return resolveConfig(checkConfigFile(yaml), dirname(resolve(path)), environment);
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

function tenantUnknown(file: string, name: string): BridgeError {
  return new BridgeError('TENANT_UNKNOWN', `${file} has no tenant ${name}.`, {
    remedy: 'Look into the folder that its setting `tenants` names: each file there is a tenant.',
    exitCode: 2,
  });
}

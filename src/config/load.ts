/** bridge.yaml → a configuration whose secrets are fetched and whose paths are absolute. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BridgeError } from '../errors.js';
import {
  type BridgeConfig,
  type ConfigFile,
  configFileSchema,
  type ServerConfig,
  type TargetConfig,
} from './schema.js';
import { REFERENCE, readSecret, type SecretReference } from './secret.js';
import { checkYaml, parseYaml } from './yaml-file.js';

/**
 * Reads and checks a configuration file.
 * @param environment where `${NAME}` secrets are looked up
 * @throws BridgeError CONFIG_NOT_FOUND, CONFIG_SECRET_MISSING; FileError CONFIG_INVALID with file, line and remedy
 */
export function loadConfig(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): BridgeConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BridgeError('CONFIG_NOT_FOUND', `The configuration file ${path} cannot be read.`, {
      remedy: 'Run `lucca-scim init` to write one, or name yours with --config FILE.',
      exitCode: 2,
      cause,
    });
  }
  return resolveConfig(parseConfig(text, path), dirname(resolve(path)), environment);
}

/**
 * Checks the text of a configuration file without touching the environment or other files.
 * @throws FileError CONFIG_INVALID
 */
export function parseConfig(text: string, file: string): ConfigFile {
  return checkYaml(parseYaml(text, file, 'CONFIG_INVALID'), configFileSchema, 'CONFIG_INVALID');
}

function resolveConfig(
  file: ConfigFile,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): BridgeConfig {
  const secret = (reference: SecretReference, where: string) =>
    readSecret(reference, where, folder, environment);
  const { apiKey, oauth, ...lucca } = file.lucca;
  const { server, ...rest } = file;
  return {
    ...rest,
    state: resolve(folder, file.state),
    ...(file.mapping === undefined ? {} : { mapping: resolve(folder, file.mapping) }),
    lucca: {
      ...lucca,
      ...(apiKey === undefined ? {} : { apiKey: secret(apiKey, 'lucca.apiKey') }),
      ...(oauth === undefined
        ? {}
        : { oauth: { ...oauth, clientSecret: secret(oauth.clientSecret, 'lucca.oauth.clientSecret') } }),
    },
    targets: Object.fromEntries(
      Object.entries(file.targets).map(([name, target]) => [
        name,
        resolveTarget(name, target, folder, secret),
      ]),
    ),
    ...(server === undefined ? {} : { server: resolveServer(server, folder, secret) }),
  };
}

type ReadSecret = (reference: SecretReference, where: string) => string;

function resolveServer(
  { clients, oauth, ...server }: NonNullable<ConfigFile['server']>,
  folder: string,
  secret: ReadSecret,
): ServerConfig {
  const withView = <T extends { view?: string | undefined }>(viewer: T): T =>
    viewer.view === undefined ? viewer : { ...viewer, view: resolveFile(viewer.view, folder) };
  return {
    ...server,
    clients: clients.map((client, index) => ({
      ...withView(client),
      tokens: client.tokens.map((token) => secret(token, `server.clients.${index}.tokens`)),
    })),
    ...(oauth === undefined
      ? {}
      : {
          oauth: {
            ...oauth,
            scopes: Object.fromEntries(
              Object.entries(oauth.scopes).map(([scope, grant]) => [scope, withView(grant)]),
            ),
          },
        }),
  };
}

/** The name of something packaged as it is, a path to an own file from the configuration's folder. */
function resolveFile(nameOrPath: string, folder: string): string {
  const isPath = /[/\\]|\.ya?ml$/.test(nameOrPath);
  return isPath ? resolve(folder, nameOrPath) : nameOrPath;
}

function resolveTarget(
  name: string,
  { token, headers, ...target }: ConfigFile['targets'][string],
  folder: string,
  secret: ReadSecret,
): TargetConfig {
  return {
    ...target,
    profile: resolveFile(target.profile, folder),
    ...(token === undefined ? {} : { token: secret(token, `targets.${name}.token`) }),
    ...(headers === undefined
      ? {}
      : {
          headers: Object.fromEntries(
            Object.entries(headers).map(([header, value]) => [
              header,
              isSecret(value) ? secret(value, `targets.${name}.headers.${header}`) : value,
            ]),
          ),
        }),
  };
}

function isSecret(value: string | SecretReference): value is SecretReference {
  return typeof value !== 'string' || REFERENCE.test(value);
}

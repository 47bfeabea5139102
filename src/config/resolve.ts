/** A checked configuration file → a configuration whose secrets are fetched and whose paths are absolute. */
import { resolve } from 'node:path';
import { BridgeError } from '../errors.js';
import { isSafeAddress } from './oversight-schema.js';
import type { BridgeConfig, ConfigFile, ServerConfig, TargetConfig } from './schema.js';
import { REFERENCE, readSecret, type SecretReference } from './secret.js';

/**
 * @param folder where relative paths start
 * @throws BridgeError CONFIG_SECRET_MISSING
 */
export function resolveConfig(file: ConfigFile, folder: string, environment: Environment): BridgeConfig {
  const secret = secretsIn(folder, environment);
  const { apiKey, oauth, ...lucca } = file.lucca;
  const { server, state, store, metrics, alerts, ...rest } = file;
  return {
    ...rest,
    ...resolveShared({ state, store, metrics, alerts }, folder, environment),
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

/** What belongs to a process: where it keeps its state, and who watches over it. */
export function resolveShared(
  { state, store, metrics, alerts }: Pick<ConfigFile, 'state' | 'store' | 'metrics' | 'alerts'>,
  folder: string,
  environment: Environment,
): Pick<BridgeConfig, 'state' | 'store' | 'metrics' | 'alerts'> {
  const secret = secretsIn(folder, environment);
  return {
    state: resolve(folder, state),
    ...(store && { store: { postgres: { url: secret(store.postgres.url, 'store.postgres.url') } } }),
    ...(metrics && { metrics: resolveMetrics(metrics, secret) }),
    ...(alerts && { alerts: { webhook: resolveWebhook(alerts.webhook, secret) } }),
  };
}

export type Environment = Readonly<Record<string, string | undefined>>;

type ReadSecret = (reference: SecretReference, where: string) => string;

function secretsIn(folder: string, environment: Environment): ReadSecret {
  return (reference, where) => readSecret(reference, where, folder, environment);
}

function resolveMetrics(
  { token, ...metrics }: NonNullable<ConfigFile['metrics']>,
  secret: ReadSecret,
): NonNullable<BridgeConfig['metrics']> {
  return { ...metrics, ...(token !== undefined && { token: secret(token, 'metrics.token') }) };
}

/** It often carries a key of its own. */
function resolveWebhook(webhook: string | SecretReference, secret: ReadSecret): string {
  const address = isSecret(webhook) ? secret(webhook, 'alerts.webhook') : webhook;
  if (isSafeAddress(address)) return address;
  throw new BridgeError('ALERTS_ADDRESS_INVALID', 'alerts.webhook is no https address.', {
    remedy: 'Give the whole address of the receiver, as in https://alerts.example/hook.',
    exitCode: 2,
  });
}

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

/** A folder with a bridge.yaml for many tenants, each with a simulated Lucca and a simulated target of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { type LuccaSimulator, startLuccaSimulator } from '../../../src/testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../../src/testing/target/index.js';

export interface SimulatedTenant {
  name: string;
  lucca: LuccaSimulator;
  target: TargetSimulator;
  /** Of its clients `okta`, who is an IdP, and `operator`, who is an admin. */
  tokens: { okta: string; operator: string };
}

export interface Estate {
  /** The configuration file. */
  file: string;
  folder: string;
  tenants: readonly SimulatedTenant[];
  /** Writes a file of the folder anew. */
  write(name: string, content: string | object): void;
  /** What the configuration of a tenant says. */
  configOf(tenant: SimulatedTenant, more?: object): object;
  close(): Promise<void>;
}

export interface EstateOptions {
  names: readonly string[];
  people: number;
  schedule?: object | false;
  /** What bridge.yaml says beside `tenants`. */
  process?: object;
}

/** Secrets stand in files, as they do where a container gets them. */
export async function openEstate({
  names,
  people,
  schedule = false,
  process = {},
}: EstateOptions): Promise<Estate> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bridge-tenants-'));
  for (const name of ['tenants', 'secrets']) mkdirSync(path.join(folder, name));
  const write = (name: string, content: string | object) =>
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : stringify(content));
  const secret = (name: string, value: string) => {
    write(`secrets/${name}`, value);
    return { file: `../secrets/${name}` };
  };

  const tenants: SimulatedTenant[] = [];
  for (const name of names) {
    const tokens = { okta: `${name}-okta-token-01234`, operator: `${name}-operator-token-0` };
    const lucca = await startLuccaSimulator({
      people,
      seed: name,
      clock: { speed: 0 },
      quota: { enforced: false },
    });
    tenants.push({ name, tokens, lucca, target: await startTargetSimulator() });
  }
  const configOf = ({ name, lucca, target, tokens }: SimulatedTenant, more: object = {}) => {
    const { address, apiKey = '', costCenterAxis } = lucca.config('api-key');
    return {
      lucca: { address, apiKey: secret(`${name}-lucca`, apiKey), costCenterAxis },
      targets: { travel: { url: target.url, token: secret(`${name}-travel`, 'target-token') } },
      server: {
        clients: [
          { name: 'okta', role: 'idp', tokens: [secret(`${name}-okta`, tokens.okta)] },
          { name: 'operator', role: 'admin', tokens: [secret(`${name}-operator`, tokens.operator)] },
        ],
      },
      schedule,
      ...more,
    };
  };
  write('bridge.yaml', { tenants: './tenants', server: { port: 0 }, ...process });
  for (const tenant of tenants) write(`tenants/${tenant.name}.yaml`, configOf(tenant));
  return {
    file: path.join(folder, 'bridge.yaml'),
    folder,
    tenants,
    write,
    configOf,
    async close() {
      await Promise.all(tenants.flatMap(({ lucca, target }) => [lucca.close(), target.close()]));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A request with a bearer token, and what was answered. */
export async function ask(
  url: string,
  token: string,
  init: RequestInit = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
}

/** A bridge, a simulated Lucca and a simulated target on which others write too: people, SSO, other clients. */
import { type Bridge, createBridge } from '../../src/bridge.js';
import type { BridgeConfigInput } from '../../src/config/schema.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { PATCH_OP } from '../../src/scim/patch/request.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { TargetPush } from '../../src/sync/run.js';
import {
  type LuccaSimulator,
  type LuccaSimulatorOptions,
  startLuccaSimulator,
} from '../../src/testing/lucca/index.js';
import {
  startTargetSimulator,
  type TargetRequest,
  type TargetSimulator,
  type TargetSimulatorOptions,
} from '../../src/testing/target/index.js';

type TargetSettings = Partial<NonNullable<BridgeConfigInput['targets']>[string]>;

export interface SharedTarget {
  lucca: LuccaSimulator;
  target: TargetSimulator;
  bridge: Bridge;
  /** Other settings of the target from now on, over the same state. */
  configure(settings: TargetSettings): Promise<void>;
  /** Moves the clock on by some minutes, then pushes. */
  push(options?: { reconcile?: boolean }): Promise<TargetPush>;
  reconcile(): Promise<TargetPush>;
  /** The account of a Lucca id, as it is on the target. */
  account(luccaId: number): JsonObject;
  group(displayName: string): JsonObject;
  person(luccaId: number): Promise<PersonRecord>;
  /** Somebody else writes to the target. */
  edit(path: string, values: JsonObject): Promise<void>;
  add(path: string, body: JsonObject): Promise<string>;
  drop(path: string): Promise<void>;
  /** The requests of the bridge since the last push began. */
  requests(): readonly TargetRequest[];
  writes(): readonly TargetRequest[];
  close(): Promise<void>;
}

const HEADERS = { authorization: 'Bearer target-token', 'content-type': 'application/scim+json' };

export async function shareTarget(
  settings: TargetSettings = {},
  options: TargetSimulatorOptions = {},
  company: Pick<LuccaSimulatorOptions, 'people' | 'seed'> = {},
): Promise<SharedTarget> {
  const lucca = await startLuccaSimulator({ ...company, clock: { speed: 0 }, quota: { enforced: false } });
  const target = await startTargetSimulator({ bulk: false, ...options });
  const store = createMemoryStore();
  const clock = {
    now: () => lucca.clock.now(),
    sleep: async (milliseconds: number) => lucca.clock.advance(milliseconds),
    random: () => 0.5,
  };
  const open = (own: TargetSettings) =>
    createBridge(
      {
        tenant: 'acme',
        lucca: lucca.config('api-key'),
        targets: { travel: { url: target.url, token: 'target-token', ...own } },
      },
      { store, clock },
    );
  const people = store.collection<PersonRecord>('acme', 'people');

  async function send(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
    const response = await fetch(`${target.url}${path}`, {
      method,
      headers: HEADERS,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  }

  const world: SharedTarget = {
    lucca,
    target,
    bridge: await open(settings),
    async configure(own) {
      await world.bridge.close();
      world.bridge = await open(own);
    },
    async push({ reconcile = false } = {}) {
      lucca.clock.advance({ minutes: 5 });
      target.forgetRequests();
      const { targets } = await world.bridge.push({ reconcile });
      const [push] = targets;
      if (push === undefined) throw new Error('there is one target');
      if (push.error !== null) throw push.error;
      return push;
    },
    reconcile: () => world.push({ reconcile: true }),
    account: (luccaId) => found(target.users(), ({ externalId }) => externalId === String(luccaId)),
    group: (name) => found(target.groups(), ({ displayName }) => displayName === name),
    async person(luccaId) {
      for await (const person of people.list()) if (person.lucca?.luccaId === String(luccaId)) return person;
      throw new Error(`nobody is ${luccaId} in Lucca`);
    },
    async edit(path, values) {
      const Operations = Object.entries(values).map(([name, value]) => ({
        op: 'replace',
        path: name,
        value,
      }));
      await send('PATCH', path, { schemas: [PATCH_OP], Operations });
    },
    add: async (path, body) => String((await send('POST', path, body)).id),
    drop: async (path) => void (await send('DELETE', path)),
    requests: () => target.requests,
    writes: () => target.requests.filter(({ method }) => method !== 'GET'),
    async close() {
      await world.bridge.close();
      await Promise.all([lucca.close(), target.close()]);
    },
  };
  return world;
}

function found(rows: readonly JsonObject[], isIt: (row: JsonObject) => boolean): JsonObject {
  const row = rows.find(isIt);
  if (row === undefined) throw new Error('the target has no such resource');
  return row;
}

/** Every attribute that requests wrote into one account, by name: `name.givenName`, `title`. */
export function pathsWritten(requests: readonly TargetRequest[], id: unknown): string[] {
  return requests
    .filter(({ path, method }) => path.endsWith(`/${id}`) && method === 'PATCH')
    .flatMap(({ body }) => (isJsonObject(body) && Array.isArray(body.Operations) ? body.Operations : []))
    .flatMap((operation) => (isJsonObject(operation) ? [String(operation.path)] : []));
}

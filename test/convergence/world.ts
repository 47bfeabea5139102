/** A small company, a member of the zoo, and a bridge between them that can be killed: time passes only when it is told to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Logger } from 'pino';
import { type Bridge, createBridge } from '../../src/bridge.js';
import type { Clock } from '../../src/clock.js';
import type { BridgeConfigInput } from '../../src/config/schema.js';
import type { JsonObject } from '../../src/json.js';
import { BUDGET_KINDS } from '../../src/push/guard/kinds.js';
import { PATCH_OP } from '../../src/scim/patch/request.js';
import { defaultRegistry, type ResourceType } from '../../src/scim/registry.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import {
  type Company,
  generateCompany,
  type LuccaSimulator,
  PRESETS,
  type Preset,
  type PresetName,
  startLuccaSimulator,
  startTargetSimulator,
  type TargetSimulator,
  type TargetSimulatorOptions,
} from '../../src/testing/index.js';
import { mortalStore } from './mortal-store.js';

export interface WorldOptions {
  seed?: string;
  people?: number;
  company?: Company;
  store?: Store;
  log?: Logger;
  /** Settings of the target beside its address. */
  target?: Partial<NonNullable<BridgeConfigInput['targets']>[string]>;
  /** Of the simulated target. */
  simulated?: Omit<TargetSimulatorOptions, 'profile'>;
}

export interface World {
  member: PresetName;
  lucca: LuccaSimulator;
  target: TargetSimulator;
  store: Store;
  clock: Clock;
  hasGroups: boolean;
  readonly bridge: Bridge;
  /** Nothing that the bridge does from now on is kept, or reaches the target. */
  kill(): void;
  readonly isDead: boolean;
  /** A PATCH by the IdP of the person with this bridge id; resolves to the status. */
  idp(id: string, operations: readonly JsonObject[]): Promise<number>;
  /** Any request of the IdP. @param path below the base, such as `/Groups` */
  askAsIdp(method: string, path: string, body?: JsonObject): Promise<{ status: number; body: JsonObject }>;
  /** Another bridge over what the last one left, with other settings of the target where some are given. */
  restart(settings?: WorldOptions['target']): Promise<void>;
  close(): Promise<void>;
}

/** What the profile of a member still needs to be told. */
export const OPTIONS: Partial<Record<PresetName, Record<string, unknown>>> = {
  'travelperk-like': { details: { costCenter: { known: 'any' } } },
  'salesforce-like': { details: { profile: { constant: '00e1' } } },
  'zoom-like': { lists: 'partial' },
};

const HIGHEST = { absolute: 100_000, week: { absolute: 100_000 } };
const typeOf = (name: string): ResourceType => {
  const type = defaultRegistry.resourceType(name);
  if (type === undefined) throw new Error(`there is no resource type ${name}`);
  return type;
};
export const USERS = typeOf('User');
export const GROUPS = typeOf('Group');
export const TENANT = 'acme';
export const TARGET = 'zoo';
export const IDP = 'idp:okta';
const IDP_TOKEN = 'okta-token-0123456789abcdef';

export async function startWorld(member: PresetName, options: WorldOptions = {}): Promise<World> {
  const { seed = 'zoo', people = 20 } = options;
  const company = options.company ?? generateCompany({ people, seed, quirks: false });
  const lucca = await startLuccaSimulator({ company, clock: { speed: 0 }, quota: { enforced: false } });
  const clock: Clock = {
    now: () => lucca.clock.now(),
    sleep: async (milliseconds) => lucca.clock.advance(Math.max(0, milliseconds)),
    random: () => 0.5,
  };
  const target = await startTargetSimulator({ profile: member, now: clock.now, ...options.simulated });
  const preset: Preset = PRESETS[member];
  const store = options.store ?? createMemoryStore();
  const config: BridgeConfigInput = {
    tenant: TENANT,
    lucca: lucca.config('api-key'),
    server: {
      clients: [{ name: 'okta', role: 'idp', tokens: [IDP_TOKEN] }],
      publicUrl: 'http://bridge.example/scim/v2',
    },
    targets: {
      [TARGET]: {
        url: target.url,
        token: 'target-token',
        profile: preset.profile,
        options: OPTIONS[member] ?? {},
        budget: Object.fromEntries(BUDGET_KINDS.map((kind) => [kind, HIGHEST])),
        ...options.target,
      },
    },
  };
  let life = mortalStore(store);
  let bridge = await createBridge(config, {
    store: life.store,
    clock,
    ...(options.log && { log: options.log }),
  });
  let endpoint = bridge.scimRouter();
  const app = express().use('/scim/v2', (request, response, next) => void endpoint(request, response, next));
  const served = createServer(app);
  await new Promise<void>((resolve) => void served.listen(0, '127.0.0.1', resolve));
  const { port } = served.address() as AddressInfo;
  const world: World = {
    member,
    lucca,
    target,
    store,
    clock,
    hasGroups: preset.extension === undefined,
    get bridge() {
      return bridge;
    },
    kill: () => life.end(),
    get isDead() {
      return life.hasEnded;
    },
    async restart(settings) {
      await bridge.close().catch(() => {});
      life = mortalStore(store);
      const zoo = { ...config.targets?.[TARGET], url: target.url, ...settings };
      bridge = await createBridge(
        { ...config, targets: { [TARGET]: zoo } },
        { store: life.store, clock, ...(options.log && { log: options.log }) },
      );
      endpoint = bridge.scimRouter();
    },
    async idp(id, operations) {
      const { status } = await world.askAsIdp('PATCH', `/Users/${id}`, {
        schemas: [PATCH_OP],
        Operations: [...operations],
      });
      return status;
    },
    async askAsIdp(method, path, body) {
      const response = await fetch(`http://127.0.0.1:${port}/scim/v2${path}`, {
        method,
        headers: { authorization: `Bearer ${IDP_TOKEN}`, 'content-type': 'application/scim+json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
    },
    async close() {
      await bridge.close().catch(() => {});
      served.closeAllConnections();
      await Promise.all([lucca.close(), target.close(), new Promise((resolve) => served.close(resolve))]);
    },
  };
  return world;
}

/** Makes something on the target behind the bridge's back; gives back its id. */
export function plant({ target }: World, type: ResourceType, resource: JsonObject): string {
  return target.backend.create(type, resource).id;
}

/** Deletes something on the target behind the bridge's back. */
export function uproot({ target }: World, type: ResourceType, id: string): void {
  target.backend.remove(type, id, () => {});
}

/** Changes something on the target behind the bridge's back. */
export function edit({ target }: World, type: ResourceType, id: string, changes: JsonObject): void {
  target.backend.replace(type, id, {
    guard: () => {},
    build: ({ id: _, meta: __, schemas: ___, ...current }) => ({ ...current, ...changes }),
  });
}

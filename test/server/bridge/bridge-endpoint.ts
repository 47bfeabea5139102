/** The bridge's own endpoint under test: the real router over the bridge's backend and a store in memory. */
import express from 'express';
import { newPerson, overrideValues, putAssertion } from '../../../src/identity/assertion.js';
import { type PrecedenceConfig, precedenceSchema } from '../../../src/identity/precedence-config.js';
import { compileRules } from '../../../src/identity/rules.js';
import type { JsonObject } from '../../../src/json.js';
import { bearerAuthenticator, hashedTokens, hashToken } from '../../../src/server/auth.js';
import type { Client } from '../../../src/server/backend.js';
import { createBridgeBackend, type ServingSettings } from '../../../src/server/bridge/backend.js';
import { openServedState } from '../../../src/server/bridge/collections.js';
import { groupRecordsOf, type LuccaGroupRecord } from '../../../src/server/bridge/lucca-groups.js';
import { bridgeRegistry } from '../../../src/server/bridge/registry.js';
import type { View } from '../../../src/server/bridge/view.js';
import { scimRouter } from '../../../src/server/router.js';
import type { ScimRouterOptions } from '../../../src/server/service.js';
import { createMemoryStore } from '../../../src/store/memory.js';
import type { Store } from '../../../src/store/store.js';
import { TOKENS } from '../endpoint.js';
import { type Endpoint, listen } from '../session.js';

export const TENANT = 'acme';

const NOON = '2026-11-20T12:00:00.000Z';

/** Each client's token is its name; some have those of the protocol's chapters too. */
const CLIENTS: readonly { client: Client; tokens: readonly string[] }[] = [
  { client: { name: 'okta', role: 'idp' }, tokens: ['okta', TOKENS.idp, TOKENS.idpNext] },
  { client: { name: 'entra', role: 'idp' }, tokens: ['entra'] },
  { client: { name: 'tool', role: 'reader' }, tokens: ['tool', TOKENS.reader] },
  { client: { name: 'operator', role: 'admin' }, tokens: ['operator', TOKENS.admin] },
  { client: { name: 'lost', role: 'reader', view: 'gone' }, tokens: ['lost'] },
];

export interface BridgeEndpointOptions extends Partial<Omit<ScimRouterOptions, 'views'>> {
  store?: Store;
  precedence?: Partial<PrecedenceConfig>;
  settings?: ServingSettings;
  /** A reader's token with the view's name is made for each. */
  views?: readonly View[];
}

/** Requests that say nothing else come from okta. */
export interface BridgeEndpoint extends Endpoint {
  store: Store;
}

export async function startBridgeEndpoint(options: BridgeEndpointOptions = {}): Promise<BridgeEndpoint> {
  const { store = createMemoryStore(), precedence = {}, settings, now } = options;
  const views = new Map((options.views ?? []).map((view) => [view.name, view]));
  const viewers = [...views.keys()].map((view) => ({
    client: { name: view, role: 'reader', view } as const,
    tokens: [view],
  }));
  const backend = await createBridgeBackend({
    store,
    tenant: TENANT,
    rules: compileRules(precedenceSchema.parse(precedence)),
    views,
    ...(settings && { settings }),
    ...(now && { now }),
  });
  const app = express();
  app.use(
    '/scim/v2',
    scimRouter({
      ...options,
      registry: bridgeRegistry,
      backend,
      views: new Map([...views].map(([name, { registry }]) => [name, registry])),
      authenticator: bearerAuthenticator(
        hashedTokens(
          [...CLIENTS, ...viewers].map(({ client, tokens }) => ({
            ...client,
            tokens: tokens.map(hashToken),
          })),
        ),
      ),
    }),
  );
  const endpoint = await listen(app, { basePath: '/scim/v2', authorization: 'Bearer okta' });
  return {
    ...endpoint,
    store,
    async close() {
      await endpoint.close();
      backend.close();
    },
  };
}

/** What a reading of Lucca says of people, by bridge id: stored as a run would store it. */
export async function readLucca(
  store: Store,
  people: Readonly<Record<string, JsonObject>>,
  at = NOON,
): Promise<void> {
  const { people: collection } = openServedState(store, TENANT);
  for (const [id, said] of Object.entries(people)) {
    const known = (await collection.get(id)) ?? newPerson(id, at);
    const attributes = { externalId: `L-${id}`, ...said };
    const statement = { sourceId: String(attributes.externalId), attributes };
    const next = putAssertion(known, 'lucca', statement, at);
    if (next !== known) await collection.put([next]);
  }
}

export interface LuccaGroupReading {
  attributes: JsonObject;
  members: string[];
}

/** Groups of a reading of Lucca by bridge id, as a run would store them. */
export async function readLuccaGroups(
  store: Store,
  groups: Readonly<Record<string, LuccaGroupReading>>,
  at = NOON,
): Promise<void> {
  const { luccaGroups } = openServedState(store, TENANT);
  const stored = new Map<string, LuccaGroupRecord>();
  for await (const record of luccaGroups.list()) stored.set(record.id, record);
  const translated = Object.entries(groups).map(([id, { attributes, members }]) => {
    const key = `department:${id}`;
    const kind = 'department' as const;
    return { id, key, kind, luccaId: id, attributes: { externalId: key, ...attributes }, members };
  });
  const translation = { at, users: [], groups: translated, issues: [] };
  const { changed } = groupRecordsOf(translation, stored, { complete: true });
  await luccaGroups.put(changed);
}

/** Values that an admin sets by hand. */
export async function setByHand(
  store: Store,
  { person, values, expiresAt }: { person: string; values: JsonObject; expiresAt: string },
  at = NOON,
): Promise<void> {
  const { people } = openServedState(store, TENANT);
  const known = await people.get(person);
  if (known === undefined) throw new Error(`no person ${person}`);
  await people.put([overrideValues(known, values, { author: 'admin', expiresAt }, at)]);
}

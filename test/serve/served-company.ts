/** A bridge that serves the hand-made company: simulated Lucca, a simulated target, and the real routers over it. */
import express, { type Express } from 'express';
import request, { type Test } from 'supertest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import type { BridgeConfigInput } from '../../src/config/schema.js';
import type { JsonObject } from '../../src/json.js';
import { PATCH_OP } from '../../src/scim/patch/request.js';
import { ENTERPRISE_USER, USER } from '../../src/scim/schema.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../src/testing/target/index.js';

export { ENTERPRISE_USER };

/** Each client's token: its name, made long enough. */
export const tokenOf = (client: string): string => `${client}-token-0123456789`;

export const CLIENTS = [
  { name: 'okta', role: 'idp' as const, tokens: [tokenOf('okta')] },
  { name: 'travel-tool', role: 'reader' as const, tokens: [tokenOf('travel-tool')] },
  { name: 'optima', role: 'reader' as const, view: 'optima-hr', tokens: [tokenOf('optima')] },
  { name: 'operator', role: 'admin' as const, tokens: [tokenOf('operator')] },
];

export interface ServedCompany {
  lucca: LuccaSimulator;
  target: TargetSimulator;
  bridge: Bridge;
  store: Store;
  app: Express;
  config: BridgeConfigInput;
  /** A SCIM request of a client. */
  scim(client: string, method: Verb, path: string, body?: JsonObject): Test;
  /** A request to the admin API, by the operator unless told otherwise. */
  admin(method: Verb, path: string, body?: JsonObject, client?: string): Test;
  /** The SCIM user of a Lucca id, as a reader sees it. */
  user(luccaId: string): Promise<JsonObject>;
  /** Closes the bridge and opens another over the same store: what a restart does. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface CompanyOptions {
  server?: Partial<NonNullable<BridgeConfigInput['server']>>;
  precedence?: BridgeConfigInput['precedence'];
  /** Of the one target. */
  travel?: Partial<NonNullable<BridgeConfigInput['targets']>[string]>;
}

/** Lucca's clock stands still unless a test moves it, and is the bridge's too. */
export async function serveCompany({
  server = {},
  precedence,
  travel = {},
}: CompanyOptions = {}): Promise<ServedCompany> {
  const lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
  const target = await startTargetSimulator();
  const store = createMemoryStore();
  const config: BridgeConfigInput = {
    tenant: 'acme',
    lucca: lucca.config('api-key'),
    targets: { travel: { url: target.url, token: 'target-token', ...travel } },
    server: { clients: CLIENTS, publicUrl: 'https://bridge.example/scim/v2', ...server },
    ...(precedence && { precedence }),
  };
  const clock = {
    now: () => lucca.clock.now(),
    sleep: async (milliseconds: number) => lucca.clock.advance(milliseconds),
    random: () => 0.5,
  };
  const open = async () => {
    const bridge = await createBridge(config, { store, clock });
    const app = express();
    app.use('/scim/v2', bridge.scimRouter());
    app.use('/admin', bridge.adminRouter());
    if (config.server?.oidc !== undefined) app.use('/sso', bridge.ssoRouter());
    return { bridge, app };
  };

  const company: ServedCompany = {
    lucca,
    target,
    store,
    config,
    ...(await open()),
    scim: (client, method, path, body) =>
      send(company.app, method, `/scim/v2${path}`, client, body, 'application/scim+json'),
    admin: (method, path, body, client = 'operator') =>
      send(company.app, method, `/admin${path}`, client, body, 'application/json'),
    async user(luccaId) {
      const filter = encodeURIComponent(`externalId eq "${luccaId}"`);
      const { body } = await company.scim('travel-tool', 'get', `/Users?filter=${filter}`).expect(200);
      return body.Resources[0];
    },
    async restart() {
      await company.bridge.close();
      Object.assign(company, await open());
    },
    async close() {
      await company.bridge.close();
      await Promise.all([lucca.close(), target.close()]);
    },
  };
  return company;
}

function send(
  app: Express,
  method: Verb,
  path: string,
  client: string,
  body: JsonObject | undefined,
  mediaType: string,
): Test {
  const test = request(app)
    [method](path)
    .set('Authorization', `Bearer ${tokenOf(client)}`);
  return body === undefined ? test : test.set('Content-Type', mediaType).send(JSON.stringify(body));
}

/** A PATCH body of simple replacements. */
export function replacing(values: JsonObject): JsonObject {
  return {
    schemas: [PATCH_OP],
    Operations: Object.entries(values).map(([path, value]) => ({
      op: 'replace',
      path,
      value: value ?? null,
    })),
  };
}

/** What Okta creates for somebody. */
export function oktaUser(mail: string, attributes: JsonObject = {}): JsonObject {
  return {
    schemas: [USER],
    externalId: `00u-${mail}`,
    userName: mail,
    emails: [{ value: mail, type: 'work', primary: true }],
    active: true,
    ...attributes,
  };
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { bulkLimits, fallbackCapabilities, pushesGroups } from '../../src/push/capabilities.js';
import type { TargetClient } from '../../src/push/client/target-client.js';
import { discover } from '../../src/push/discovery.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { withoutGroups } from '../../src/push/plan/without-groups.js';
import { GROUP, USER } from '../../src/scim/schema.js';
import { fakeClock } from './clock.js';
import { NOW } from './people.js';
import { scimError, startTinyTarget, type TinyTarget, tinyClient } from './tiny-target.js';

let target: TinyTarget;
let client: TargetClient;
beforeEach(async () => {
  target = await startTinyTarget();
  client = tinyClient(target);
});
afterEach(async () => {
  await client.close();
  await target.close();
});

/** Discovery documents by path; all else is 404, and /Users is an empty list. */
function serve(documents: Record<string, JsonObject>): void {
  target.respond = ({ path }) => {
    const document = documents[path];
    return document === undefined
      ? path === '/Users'
        ? undefined
        : scimError(404)
      : { status: 200, body: document };
  };
}

const attribute = (name: string, over: JsonObject = {}): JsonObject => ({
  name,
  type: 'string',
  multiValued: false,
  mutability: 'readWrite',
  ...over,
});

describe('discovery', () => {
  it('reads what the target supports', async () => {
    serve({
      '/ServiceProviderConfig': {
        patch: { supported: true },
        bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1_000_000 },
        filter: { supported: true, maxResults: 200 },
        sort: { supported: false },
        etag: { supported: true },
        pagination: { cursor: true, index: false, defaultPaginationMethod: 'cursor', maxPageSize: 50 },
      },
      '/ResourceTypes': {
        Resources: [
          { endpoint: '/Users', schema: USER },
          { endpoint: 'https://x/scim/v2/Groups', schema: GROUP },
        ],
      },
      '/Schemas': {
        Resources: [
          {
            id: USER,
            attributes: [
              attribute('userName', { caseExact: true }),
              attribute('name', { subAttributes: [attribute('familyName')] }),
              attribute('groups', { mutability: 'readOnly', multiValued: true }),
              { broken: true },
            ],
          },
        ],
      },
    });
    expect(await discover(client, NOW)).toEqual({
      at: NOW,
      known: true,
      patch: true,
      bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1_000_000 },
      filter: { supported: true, maxResults: 200 },
      sort: false,
      etag: true,
      pagination: { cursor: true, index: false, defaultMethod: 'cursor', maxPageSize: 50 },
      groups: true,
      usersEndpoint: '/Users',
      groupsEndpoint: '/Groups',
      schemas: {
        [USER]: [
          { name: 'userName', multiValued: false, readOnly: false, caseExact: true, subAttributes: null },
          {
            name: 'name',
            multiValued: false,
            readOnly: false,
            caseExact: false,
            subAttributes: ['familyName'],
          },
          { name: 'groups', multiValued: true, readOnly: true, caseExact: false, subAttributes: null },
        ],
      },
      userNameCaseExact: true,
      notes: [],
    });
    expect(client.traffic.reads).toBe(3);
  });

  it('takes the plural path, and flags and numbers that come as text', async () => {
    serve({
      '/ServiceProviderConfigs': {
        patch: { supported: 'true' },
        bulk: { supported: 'false', maxOperations: '0' },
        filter: 'nonsense',
      },
    });
    expect(await discover(client, NOW)).toMatchObject({
      known: true,
      patch: true,
      bulk: { supported: false, maxOperations: 0 },
      filter: { supported: false },
      schemas: null,
    });
  });

  it('falls back to knowing nothing, and knows it, when there are no documents', async () => {
    serve({});
    expect(await discover(client, NOW)).toMatchObject({
      known: false,
      patch: false,
      schemas: null,
      notes: [
        '/ServiceProviderConfig: 404',
        '/ServiceProviderConfigs: 404',
        '/ResourceTypes: 404',
        '/Schemas: 404',
        '/Schemas/Users: 404',
        '/Groups: 404, so people are pushed without groups',
      ],
    });
  });

  it.each([404, 501])(
    'takes a target that says nothing of groups and answers %i for them to have none',
    async (status) => {
      target.respond = ({ path }) =>
        path === '/Users' ? undefined : scimError(path === '/Groups' ? status : 404);
      expect(await discover(client, NOW)).toMatchObject({ groups: false });
    },
  );

  it.each([200, 400, 403])('holds groups possible where they are answered %i', async (status) => {
    target.respond = ({ path }) => {
      if (path === '/Users') return undefined;
      if (path === '/Groups') return status === 200 ? undefined : scimError(status);
      return scimError(404);
    };
    expect(await discover(client, NOW)).toMatchObject({ groups: null });
  });

  it.each([
    ['alone', (schema: JsonObject) => schema],
    ['in a list', (schema: JsonObject) => ({ totalResults: 1, Resources: [schema] })],
  ])('takes schemas that stand at paths of their own, as at Slack, each %s', async (_, shown) => {
    serve({
      '/Schemas/Users': shown({ id: USER, attributes: [attribute('userName')] }),
      '/Schemas/Groups': shown({ id: GROUP, attributes: [attribute('displayName')] }),
    });
    const { schemas } = await discover(client, NOW);
    expect(Object.keys(schemas ?? {})).toEqual([USER, GROUP]);
  });

  it('does not obey a Schemas document that does not even know userName', async () => {
    serve({ '/Schemas': { Resources: [{ id: USER, attributes: [attribute('nickName')] }] } });
    expect((await discover(client, NOW)).schemas).toBeNull();
  });

  it('survives documents of any shape', async () => {
    for (const body of [{}, { Resources: 'no' }, { Resources: [null, 1, {}] }, { attributes: [] }]) {
      target.respond = () => ({ status: 200, body });
      await expect(discover(client, NOW)).resolves.toBeDefined();
    }
  });

  it.each([
    [401, 'TARGET_UNAUTHORIZED'],
    [403, 'TARGET_FORBIDDEN'],
    [404, 'TARGET_NOT_SCIM'],
  ])('refuses a target that answers everything with %i', async (status, code) => {
    target.respond = () => scimError(status);
    await expect(discover(client, NOW)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('refuses a web page in the place of a SCIM service', async () => {
    target.respond = () => ({ status: 200, text: '<html></html>' });
    await expect(discover(client, NOW)).rejects.toMatchObject({ code: 'TARGET_NOT_SCIM', exitCode: 2 });
  });

  it('refuses to follow a redirect', async () => {
    target.respond = () => ({ status: 302, headers: { location: 'https://login.example.com' } });
    await expect(discover(client, NOW)).rejects.toMatchObject({ code: 'TARGET_REDIRECTED', exitCode: 2 });
  });

  it('is content with a target that denies discovery but lets us work', async () => {
    target.respond = ({ path }) => (path === '/Users' ? undefined : scimError(403));
    expect(await discover(client, NOW)).toMatchObject({ known: false });
  });
});

describe('Bulk of', () => {
  it.each([
    ['no operations is none', { maxOperations: 0 }, null],
    ['a number that is not given is of the usual size', {}, 100],
    ['a number that is none is of the usual size', { maxOperations: 'many' }, 100],
  ])('%s', async (_, given, expected) => {
    serve({ '/ServiceProviderConfig': { patch: { supported: true }, bulk: { supported: true, ...given } } });
    const limits = bulkLimits(loadProfile('generic'), await discover(client, NOW));
    expect(limits?.maxOperations ?? null).toBe(expected);
  });
});

describe('a target that is down', () => {
  const seconds = (clock: { slept: readonly number[] }) =>
    clock.slept.reduce((sum, ms) => sum + ms, 0) / 1_000;

  it.each([
    ['503 to everything', { status: 503 } as const, 20],
    ['no answer', 'reset' as const, 1],
  ])('is soon given up: %s', async (_, answer, atMost) => {
    const clock = fakeClock();
    const impatient = tinyClient(target, { clock });
    target.respond = () => answer;
    await expect(discover(impatient, NOW)).rejects.toMatchObject({ exitCode: 1 });
    expect(seconds(clock)).toBeLessThanOrEqual(atMost);
    await impatient.close();
  });

  it('that comes back at once is not', async () => {
    let calls = 0;
    target.respond = () => {
      calls += 1;
      return calls === 1 ? 'reset' : undefined;
    };
    expect(await discover(client, NOW)).toMatchObject({ at: NOW });
  });
});

describe('whether groups are pushed', () => {
  it.each([
    ['auto', true, true],
    ['auto', null, true],
    ['auto', false, false],
    ['if-listed', true, true],
    ['if-listed', null, false],
    ['on', false, true],
    ['off', true, false],
  ])('%s, when ResourceTypes says %s: %s', async (enabled, groups, expected) => {
    serve({});
    const capabilities = { ...(await discover(client, NOW)), groups };
    expect(pushesGroups(loadProfile('generic', { groups: { enabled } }), capabilities)).toBe(expected);
  });

  it.each([
    ['auto', false, 2, ['GROUPS_NOT_ON_TARGET']],
    ['auto', false, 0, []],
    ['auto', null, 2, []],
    ['off', false, 2, []],
  ] as const)(
    '%s, when there are none (%s) for %i of ours, it is said once',
    (enabled, groups, count, codes) => {
      const profile = loadProfile('generic', { groups: { enabled } });
      const found = withoutGroups(count, profile, { ...fallbackCapabilities(), groups });
      expect(found.map(({ code }) => code)).toEqual(codes);
    },
  );
});

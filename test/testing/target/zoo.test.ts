import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { loadProfile } from '../../../src/push/load-profile.js';
import { ENTERPRISE_USER, GROUP, USER } from '../../../src/scim/schema.js';
import {
  PRESET_NAMES,
  PRESETS,
  type Preset,
  type PresetName,
  startTargetSimulator,
  type TargetSimulator,
  type TargetSimulatorOptions,
} from '../../../src/testing/target/index.js';

let target: TargetSimulator | undefined;
let now = 0;

afterEach(async () => {
  await target?.close();
  target = undefined;
});

async function start(profile: PresetName, options: TargetSimulatorOptions = {}): Promise<TargetSimulator> {
  now = Date.parse('2026-11-22T08:00:00Z');
  target = await startTargetSimulator({ profile, now: () => now, ...options });
  return target;
}

interface Reply {
  status: number;
  body: JsonObject & { id?: string; Resources?: JsonObject[] };
  retryAfter: string | null;
}

async function call(
  { url }: TargetSimulator,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: 'Bearer target-token',
      'content-type': 'application/scim+json',
      'user-agent': 'test',
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify({ schemas: [schemaOf(path)], ...body }) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? {} : JSON.parse(text),
    retryAfter: response.headers.get('retry-after'),
  };
}

const schemaOf = (path: string): string => (path.startsWith('/Groups') ? GROUP : USER);

const person = (name: string, more: JsonObject = {}): JsonObject => ({
  schemas: [USER],
  userName: name,
  displayName: name.toUpperCase(),
  externalId: `x-${name}`,
  name: { givenName: name, familyName: 'Moreau' },
  emails: [{ value: `${name}@acme.example`, type: 'work', primary: true }],
  ...more,
});

const patch = (...Operations: JsonObject[]): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

async function make(server: TargetSimulator, ...names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push((await call(server, 'POST', '/Users', person(name))).body.id ?? '');
  return ids;
}

describe('every member of the zoo', () => {
  it.each(PRESET_NAMES)('%s starts, and names what it imitates', async (name) => {
    const server = await start(name);
    expect(PRESETS[name].title).not.toBe('');
    expect(loadProfile(PRESETS[name].profile).name).toBe(PRESETS[name].profile);
    expect(server.users()).toEqual([]);
  });

  it('takes its switches at run time', async () => {
    const server = await start('does-nothing');
    expect((await call(server, 'POST', '/Users', person('ana'))).status).toBe(201);
    expect(server.users()).toEqual([]);
    server.switches.doesNothing = false;
    expect((await call(server, 'POST', '/Users', person('ana'))).status).toBe(201);
    expect(server.users()).toHaveLength(1);
  });
});

describe('a member with rates', () => {
  const limited = PRESET_NAMES.flatMap((name) => {
    const { switches = {}, profile }: Preset = PRESETS[name];
    return (switches.rates ?? []).map((rate) => ({ name, profile, rate }));
  });

  it.each(limited)('$name: its profile stays below $rate, burst and all', ({ profile, rate }) => {
    const { requests, seconds, methods, path } = rate;
    const kept = loadProfile(profile).rates.filter((one) => one.path === path && one.seconds === seconds);
    const most = kept
      .filter((one) => methods?.every((method) => one.methods?.some((other) => other === method)) ?? true)
      .map((one) => one.requests + (one.burst ?? 1));
    expect(Math.min(...most)).toBeLessThanOrEqual(requests);
  });
});

describe('a TravelPerk-like target', () => {
  const key = { authorization: 'ApiKey target-token' };
  const ana = { userName: 'ana@acme.example', name: { givenName: 'Ana', familyName: 'Costa' } };
  const send = (body: object) => call(target as TargetSimulator, 'POST', '/Users', body, key);

  it('wants ApiKey, counts ids up, and shows names that are not there as ""', async () => {
    const server = await start('travelperk-like');
    expect((await call(server, 'POST', '/Users', ana)).status).toBe(401);
    expect((await send(ana)).body).toMatchObject({ id: '1', name: { middleName: '', honorificPrefix: '' } });
  });

  it('has no Groups, no emails, and an extension of its own', async () => {
    const server = await start('travelperk-like');
    const types = await call(server, 'GET', '/ResourceTypes', undefined, key);
    expect(types.body.Resources?.map(({ id }) => id)).toEqual(['User']);
    const schemas = JSON.stringify((await call(server, 'GET', '/Schemas', undefined, key)).body);
    expect(schemas).toContain('extension:travelperk:2.0:User');
    expect(schemas).not.toContain('"emails"');
  });

  it('refuses a userName that is no e-mail, a person without first name, and a manager who is not there', async () => {
    await start('travelperk-like');
    expect((await send({ ...ana, userName: 'ana' })).status).toBe(400);
    expect((await send({ ...ana, name: { familyName: 'Costa' } })).status).toBe(400);
    expect((await send({ ...ana, [ENTERPRISE_USER]: { manager: { value: '8812' } } })).status).toBe(400);
  });

  it('answers a filter on externalId with everybody', async () => {
    const server = await start('travelperk-like');
    await send({ ...ana, externalId: '7' });
    const found = await call(server, 'GET', '/Users?filter=externalId%20eq%20%22none%22', undefined, key);
    expect(found.body.totalResults).toBe(1);
    const none = await call(server, 'GET', '/Users?filter=userName%20eq%20%22none%22', undefined, key);
    expect(none.body.totalResults).toBe(0);
  });
});

describe('an AWS-like target', () => {
  it('pages by cursor, whatever startIndex says', async () => {
    const server = await start('aws-like', { limits: { maxPageSize: 2, pageSize: 2 } });
    await make(server, 'ana', 'leo', 'zoe');
    const first = (await call(server, 'GET', '/Users?startIndex=3')).body;
    expect([first.totalResults, first.Resources?.length]).toEqual([3, 2]);
    const cursor = (await call(server, 'GET', '/Users?cursor=')).body;
    expect(cursor).not.toHaveProperty('totalResults');
    const last = (await call(server, 'GET', `/Users?cursor=${cursor.nextCursor}`)).body;
    expect([last.Resources?.length, last.nextCursor]).toEqual([1, undefined]);
  });

  it('never shows members, takes 100 changes at most, and refuses to remove all at once', async () => {
    const server = await start('aws-like');
    const [ana = ''] = await make(server, 'ana');
    const group = await call(server, 'POST', '/Groups', { displayName: 'G', members: [{ value: ana }] });
    expect(group.body).not.toHaveProperty('members');
    const path = `/Groups/${group.body.id}`;
    const all = patch({ op: 'remove', path: 'members' });
    expect(await call(server, 'PATCH', path, all)).toMatchObject({
      status: 400,
      body: { __type: 'ValidationException' },
    });
    const many = patch({ op: 'add', path: 'members', value: Array(101).fill({ value: ana }) });
    expect((await call(server, 'PATCH', path, many)).status).toBe(400);
    expect((await call(server, 'PUT', path, { displayName: 'H' })).status).toBe(405);
    expect(server.groups()).toMatchObject([{ displayName: 'G', members: [{ value: ana }] }]);
  });

  it('wants one e-mail, which is primary, and no odd characters', async () => {
    const server = await start('aws-like');
    const two = [{ value: 'a@x.example', primary: true }, { value: 'b@x.example' }];
    const wrong = [
      { emails: [] },
      { emails: two },
      { emails: [{ value: 'a@x.example' }] },
      { title: 'R&D: lead' },
    ];
    for (const more of wrong) {
      expect((await call(server, 'POST', '/Users', person('ana', more))).status).toBe(400);
    }
    const { displayName: _, ...nameless } = person('ana');
    expect((await call(server, 'POST', '/Users', nameless)).status).toBe(400);
    expect((await call(server, 'POST', '/Users', person('ana'))).status).toBe(201);
    expect((await call(server, 'GET', '/Users?filter=title%20eq%20%22x%22')).status).toBe(400);
  });
});

describe('a Slack-like target', () => {
  it('refuses a userName of 21 characters and an @ in a displayName, in words of its own', async () => {
    const server = await start('slack-like');
    const long = await call(server, 'POST', '/Users', person('a'.repeat(21)));
    expect(long).toMatchObject({ status: 400, body: { Errors: { code: 400 } } });
    expect((await call(server, 'POST', '/Users', person('ana', { displayName: 'a@b' }))).status).toBe(400);
    expect((await call(server, 'GET', '/Schemas')).status).toBe(404);
  });

  it('finds people by userName and by email, and by nothing else', async () => {
    const server = await start('slack-like');
    await make(server, 'ana', 'leo');
    const find = async (filter: string) => {
      const { status, body } = await call(server, 'GET', `/Users?filter=${encodeURIComponent(filter)}`);
      return status === 200 ? body.Resources?.map(({ userName }) => userName) : status;
    };
    expect(await find('userName eq "ana"')).toEqual(['ana']);
    expect(await find('email eq "leo@acme.example"')).toEqual(['leo']);
    expect(await find('emails.value eq "leo@acme.example"')).toBe(400);
    expect(await find('externalId eq "x-leo"')).toBe(400);
  });

  it('takes 180 new people a minute, then asks to wait for the rest of it', async () => {
    const server = await start('slack-like');
    const rate = { requests: 2, seconds: 60, methods: ['POST'], path: '/Users' };
    server.switches.rates = [rate];
    await make(server, 'ana', 'leo');
    now += 20_000;
    expect(await call(server, 'POST', '/Users', person('zoe'))).toMatchObject({
      status: 429,
      retryAfter: '40',
    });
    now += 40_000;
    expect((await call(server, 'POST', '/Users', person('zoe'))).status).toBe(201);
  });
});

describe('a GitHub-like target', () => {
  it('wants a User-Agent', async () => {
    const server = await start('github-like');
    expect((await call(server, 'GET', '/Users', undefined, { 'user-agent': '' })).status).toBe(400);
    expect((await call(server, 'GET', '/Users')).status).toBe(200);
  });

  it('knows no manager and no paths with a filter, and hides who is suspended under a hash', async () => {
    const server = await start('github-like');
    const [ana = '', leo = ''] = await make(server, 'ana', 'leo');
    const manage = patch({ op: 'add', path: `${ENTERPRISE_USER}:manager`, value: { value: leo } });
    expect((await call(server, 'PATCH', `/Users/${ana}`, manage)).status).toBe(200);
    expect(server.users()[0]).not.toHaveProperty([ENTERPRISE_USER]);
    const filtered = patch({ op: 'replace', path: 'emails[type eq "work"].value', value: 'x@y.example' });
    expect((await call(server, 'PATCH', `/Users/${ana}`, filtered)).status).toBe(400);
    const suspend = patch({ op: 'replace', path: 'active', value: false });
    expect((await call(server, 'PATCH', `/Users/${ana}`, suspend)).body.userName).not.toBe('ana');
  });

  it('takes a thousand new people an hour', async () => {
    const server = await start('github-like');
    expect(server.switches.rates).toEqual([
      { requests: 1000, seconds: 3600, methods: ['POST'], path: '/Users' },
    ]);
  });
});

describe('a Salesforce-like target', () => {
  it('has its configuration at the plural path, says "True", and deletes nobody', async () => {
    const server = await start('salesforce-like');
    expect((await call(server, 'GET', '/ServiceProviderConfig')).status).toBe(404);
    expect((await call(server, 'GET', '/ServiceProviderConfigs')).body).toHaveProperty('patch');
    expect((await call(server, 'POST', '/Users', person('ana'))).status).toBe(400);
    const made = await call(
      server,
      'POST',
      '/Users',
      person('ana', { entitlements: [{ value: 'p1' }], active: 'true' }),
    );
    expect(made).toMatchObject({ status: 201, body: { active: 'True', emails: [{ primary: 'True' }] } });
    expect((await call(server, 'DELETE', `/Users/${made.body.id}`)).status).toBe(405);
  });
});

describe('a Zoom-like target', () => {
  it('lists less than it shows singly, and finds nobody by our externalId', async () => {
    const server = await start('zoom-like');
    const enterprise = { [ENTERPRISE_USER]: { costCenter: '1200', department: 'Data' } };
    const made = await call(server, 'POST', '/Users', person('ana', enterprise));
    const [listed] = (await call(server, 'GET', '/Users')).body.Resources ?? [];
    expect(listed?.[ENTERPRISE_USER]).toEqual({ department: 'Data' });
    expect((await call(server, 'GET', `/Users/${made.body.id}`)).body).toMatchObject(enterprise);
    const found = await call(server, 'GET', '/Users?filter=externalId%20eq%20%22x-ana%22');
    expect([found.status, found.body.totalResults]).toEqual([200, 0]);
  });
});

describe('a hostile target', () => {
  it('may list everybody, whatever the filter', async () => {
    const server = await start('ignores-filters');
    await make(server, 'ana', 'leo');
    expect((await call(server, 'GET', '/Users?filter=userName%20eq%20%22zoe%22')).body.totalResults).toBe(2);
  });

  it('may drop attributes', async () => {
    const server = await start('drops-attributes');
    const made = await call(server, 'POST', '/Users', person('ana', { title: 'Buyer' }));
    expect(made.body).not.toHaveProperty('title');
    const change = patch({ op: 'replace', path: 'title', value: 'Seller' });
    expect((await call(server, 'PATCH', `/Users/${made.body.id}`, change)).status).toBe(200);
    expect(server.users()[0]).not.toHaveProperty('title');
  });

  it('may say the same in other words', async () => {
    const server = await start('other-shapes');
    const [ana = ''] = await make(server, 'ana');
    const leo = person('leo', {
      phoneNumbers: [{ type: 'work', value: '+33123456789' }],
      [ENTERPRISE_USER]: { manager: { value: ana } },
    });
    expect((await call(server, 'POST', '/Users', leo)).body).toMatchObject({
      active: 'True',
      nickName: '',
      phoneNumbers: { type: 'work' },
      [ENTERPRISE_USER]: { manager: ana },
    });
  });

  it('may show what was there some requests ago', async () => {
    const server = await start('stale-reads');
    const [ana = ''] = await make(server, 'ana');
    const count = async () => (await call(server, 'GET', '/Users')).body.totalResults;
    expect((await call(server, 'GET', `/Users/${ana}`)).status).toBe(404);
    expect([await count(), await count(), await count(), await count()]).toEqual([0, 0, 0, 1]);
    await call(server, 'PATCH', `/Users/${ana}`, patch({ op: 'replace', path: 'title', value: 'Buyer' }));
    expect((await call(server, 'GET', `/Users/${ana}`)).body).not.toHaveProperty('title');
    for (let read = 0; read < 4; read += 1) await count();
    expect((await call(server, 'GET', `/Users/${ana}`)).body.title).toBe('Buyer');
  });

  it.each([
    ['pages-repeat', ['ana', 'leo', 'leo', 'zoe']],
    ['pages-skip', ['ana', 'leo']],
  ] as const)('may lose its place: %s', async (profile, names) => {
    const server = await start(profile, { limits: { maxPageSize: 2, pageSize: 2 } });
    await make(server, 'ana', 'leo', 'zoe');
    const pages = [await call(server, 'GET', '/Users'), await call(server, 'GET', '/Users?startIndex=3')];
    expect(pages.flatMap(({ body }) => body.Resources ?? []).map(({ userName }) => userName)).toEqual(names);
  });

  it('may break when too many write at once', async () => {
    const server = await start('few-writers');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const statuses = await Promise.all(
      names.map(async (name) => (await call(server, 'POST', '/Users', person(name))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([201, 500]));
    expect((await call(server, 'POST', '/Users', person('g'))).status).toBe(201);
  });

  it('may do what is asked and hang up', async () => {
    const server = await start('commits-then-resets');
    await make(server, 'a', 'b', 'c', 'd');
    await expect(call(server, 'POST', '/Users', person('e'))).rejects.toThrow();
    expect(server.users()).toHaveLength(5);
  });

  it.each([
    ['throttles', '7'],
    ['throttles-silently', null],
  ] as const)('may throttle: %s', async (profile, retryAfter) => {
    const server = await start(profile);
    await make(server, 'a', 'b');
    expect(await call(server, 'POST', '/Users', person('c'))).toMatchObject({ status: 429, retryAfter });
    expect((await call(server, 'POST', '/Users', person('c'))).status).toBe(201);
  });

  it('may answer with a web page', async () => {
    const server = await start('html-errors');
    for (let read = 0; read < 6; read += 1) await call(server, 'GET', '/Users');
    await expect(call(server, 'GET', '/Users')).rejects.toThrow(SyntaxError);
    await expect(call(server, 'GET', '/Users/none')).rejects.toThrow(SyntaxError);
  });

  it('may cut its answers off', async () => {
    const server = await start('truncated');
    await make(server, 'a', 'b', 'c', 'd', 'e');
    await expect(call(server, 'POST', '/Users', person('f'))).rejects.toThrow(SyntaxError);
    expect(server.users()).toHaveLength(6);
  });

  it('may refuse every request that names one person as a member', async () => {
    const server = await start('poisoned-member');
    const ids = await make(server, 'a', 'b', 'c');
    const members = (some: string[]) => ({ displayName: 'G', members: some.map((value) => ({ value })) });
    expect((await call(server, 'POST', '/Groups', members(ids))).status).toBe(400);
    expect((await call(server, 'POST', '/Groups', members(ids.slice(0, 2)))).status).toBe(201);
  });

  it('may leave members alone in a PUT', async () => {
    const server = await start('put-ignores-members');
    const [ana = ''] = await make(server, 'ana');
    const made = await call(server, 'POST', '/Groups', { displayName: 'G', members: [{ value: ana }] });
    const put = await call(server, 'PUT', `/Groups/${made.body.id}`, { displayName: 'H', members: [] });
    expect(put.status).toBe(200);
    expect(server.groups()).toMatchObject([{ displayName: 'H', members: [{ value: ana }] }]);
  });

  it('may change the letter case of names', async () => {
    const server = await start('case-changing');
    const made = await call(server, 'POST', '/Users', person('Ana'));
    expect(made.body).toMatchObject({ userName: 'ana', emails: [{ value: 'ana@acme.example' }] });
  });

  it('may be slow now and then', async () => {
    const server = await start('slow');
    for (let read = 0; read < 10; read += 1) expect((await call(server, 'GET', '/Users')).status).toBe(200);
  });
});

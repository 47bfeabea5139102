/** Hostile and broken input (R32): always a SCIM error with 4xx, never a 500, never a hang, nothing half done. */
import { connect } from 'node:net';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ERROR_MESSAGE } from '../../src/scim/errors.js';
import { GROUP, USER } from '../../src/scim/schema.js';
import type { MemoryBackend } from '../../src/testing/target/memory-backend.js';
import { startEndpoint } from './endpoint.js';
import type { Endpoint } from './session.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let endpoint: Endpoint & { backend: MemoryBackend };
let failures: unknown[];

beforeEach(async () => {
  failures = [];
  endpoint = await startEndpoint({ onError: (error) => failures.push(error) });
});

afterEach(async () => {
  await endpoint.close();
  expect(failures).toEqual([]);
});

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';

function send(verb: Verb, path: string, body?: unknown): request.Test {
  const exchange = request(endpoint.server)
    [verb](`/scim/v2${path}`)
    .set('Authorization', endpoint.authorization);
  if (body === undefined) return exchange;
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return exchange.set('Content-Type', 'application/scim+json').send(payload);
}

/** The answer is a complete SCIM error with the status. */
async function expectRefusal(exchange: request.Test, status: number, scimType?: string): Promise<void> {
  const response = await exchange;
  expect(response.status, response.text).toBe(status);
  expect(response.headers['content-type']).toBe('application/scim+json');
  expect(response.body).toMatchObject({
    schemas: [ERROR_MESSAGE],
    status: String(status),
    detail: expect.any(String),
    ...(scimType === undefined ? {} : { scimType }),
  });
}

async function createUser(userName: string): Promise<string> {
  return (await send('post', '/Users', { schemas: [USER], userName }).expect(201)).body.id;
}

const patch = (operation: object): object => ({ schemas: [PATCH_OP], Operations: [operation] });

describe('bodies', () => {
  it('of ten megabytes get 413, with a declared length and without', async () => {
    const giant = `{"schemas":["${USER}"],"userName":"${'x'.repeat(10_000_000)}"}`;
    await expectRefusal(send('post', '/Users', giant), 413);
    const chunked = send('post', '/Users')
      .set('Content-Type', 'application/json')
      .set('Transfer-Encoding', 'chunked');
    for (let part = 0; part < 10; part++)
      chunked.write(giant.slice(part * 1_000_000, (part + 1) * 1_000_000));
    await expectRefusal(chunked, 413);
    await send('get', '/Users').expect(200);
  });

  it('of a hundred thousand levels get 400', async () => {
    const deep = `{"schemas":["${USER}"],"userName":"a","name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await expectRefusal(send('post', '/Users', deep), 400, 'invalidSyntax');
  });

  it('that are not UTF-8 get 400', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`{"schemas":["${USER}"],"userName":"`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    await expectRefusal(send('post', '/Users', bytes), 400, 'invalidSyntax');
  });

  it('with half a surrogate pair get 400, in values and in names', async () => {
    await expectRefusal(
      send('post', '/Users', `{"schemas":["${USER}"],"userName":"a\\ud800"}`),
      400,
      'invalidValue',
    );
    await expectRefusal(
      send('post', '/Users', `{"schemas":["${USER}"],"userName":"a","\\uDC00":1}`),
      400,
      'invalidValue',
    );
    await send('post', '/Users', `{"schemas":["${USER}"],"userName":"a\\ud83d\\ude00"}`).expect(201);
  });

  it('with __proto__ and constructor keys change no prototype and store nothing', async () => {
    const id = await createUser('a');
    const bodies: [Verb, string, string][] = [
      [
        'post',
        '/Users',
        `{"schemas":["${USER}"],"userName":"b","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
      ],
      [
        'post',
        '/Users',
        `{"schemas":["${USER}"],"userName":"c","name":{"__proto__":{"polluted":1},"givenName":"C"}}`,
      ],
      [
        'patch',
        `/Users/${id}`,
        `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"add","value":{"__proto__":{"polluted":1},"title":"t"}}]}`,
      ],
      [
        'patch',
        `/Users/${id}`,
        `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"add","path":"__proto__.polluted","value":1}]}`,
      ],
      [
        'patch',
        `/Users/${id}`,
        `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"add","path":"constructor.prototype.polluted","value":1}]}`,
      ],
      ['post', '/Users/.search', `{"schemas":["${SEARCH}"],"__proto__":{"filter":"x"}}`],
      [
        'post',
        '/Bulk',
        `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"q","data":{"schemas":["${USER}"],"userName":"d","__proto__":{"polluted":1}}}]}`,
      ],
    ];
    for (const [verb, path, body] of bodies) {
      const response = await send(verb, path, body);
      expect(response.status, `${path} ${body} ${response.text}`).toBeLessThan(500);
      expect(response.text).not.toContain('polluted');
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((await send('get', '/Users')).text).not.toContain('polluted');
  });

  it('of the wrong shape get 400 on every writing endpoint', async () => {
    const id = await createUser('a');
    const shapes = [
      '[]',
      '5',
      '"x"',
      'true',
      'null',
      '{}',
      '{"schemas":5}',
      '{"schemas":[null]}',
      '{"schemas":{}}',
      '{"Operations":5}',
    ];
    for (const [verb, path] of [
      ['post', '/Users'],
      ['post', '/Groups'],
      ['put', `/Users/${id}`],
      ['patch', `/Users/${id}`],
      ['post', '/Bulk'],
      ['post', '/.search'],
      ['post', '/Users/.search'],
    ] as const) {
      for (const shape of shapes) await expectRefusal(send(verb, path, shape), 400);
    }
  });

  it('that break off leave the server answering', async () => {
    const { port } = endpoint.server.address() as { port: number };
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        const head = `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: ${endpoint.authorization}\r\n`;
        socket.write(
          `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"schemas"`,
          () => {
            socket.destroy();
            resolve();
          },
        );
      });
    });
    await send('get', '/Users').expect(200);
  });
});

describe('filters', () => {
  const filter = (text: string): request.Test => send('get', `/Users?filter=${encodeURIComponent(text)}`);

  it.each([
    ['5,000 parentheses', `${'('.repeat(2_500)}userName pr${')'.repeat(2_500)}`],
    ['5,000 opening parentheses', '('.repeat(5_000)],
    ['2,000 negations', `${'not ('.repeat(1_000)}userName pr${')'.repeat(1_000)}`],
    ['3,000 opening brackets', 'emails['.repeat(500)],
    ['an opening quote and sixty newlines', `userName eq "${'\n'.repeat(60)}`],
    ['an opening quote and sixty backslashes', `userName eq "${'\\'.repeat(61)}`],
    ['a constructor as an operator', 'userName pr constructor userName pr'],
    ['10,000 characters', `userName eq "${'x'.repeat(10_000)}"`],
  ])('of %s get 400 invalidFilter', async (_, text) => {
    await expectRefusal(filter(text), 400, 'invalidFilter');
    await expectRefusal(
      send('post', '/Users/.search', { schemas: [SEARCH], filter: text }),
      400,
      'invalidFilter',
    );
  });

  it('of forty ands are answered', async () => {
    const id = await createUser('ines');
    const text = Array.from({ length: 41 }, (_, index) => `userName ne "x${index}"`).join(' and ');
    expect((await filter(text).expect(200)).body.Resources).toMatchObject([{ id }]);
  });

  it('that look like patterns match as text', async () => {
    await createUser('ines');
    for (const text of ['userName eq ".*"', 'userName co "(a+)+$"', 'userName sw "["']) {
      expect((await filter(text).expect(200)).body.totalResults).toBe(0);
    }
  });

  it('on __proto__ and constructor match nothing', async () => {
    await createUser('ines');
    for (const name of ['__proto__', 'constructor', 'toString', 'name.constructor']) {
      const response = await filter(`${name} pr`);
      expect([200, 400]).toContain(response.status);
      expect(response.body.totalResults ?? 0).toBe(0);
    }
  });
});

describe('groups', () => {
  it('take a hundred thousand members in one PATCH, or say that it is too much', async () => {
    const id = await createUser('ines');
    const group = (await send('post', '/Groups', { schemas: [GROUP], displayName: 'G' }).expect(201)).body.id;
    const members = (value: (index: number) => string): object[] =>
      Array.from({ length: 100_000 }, (_, index) => ({ value: value(index) }));
    const patchWith = (values: object[]): request.Test =>
      send('patch', `/Groups/${group}`, patch({ op: 'add', path: 'members', value: values }));
    await expectRefusal(patchWith(members((index) => `nobody-${index}`)), 400, 'invalidValue');
    await expectRefusal(patchWith(members((index) => `${id}-${index}`)), 413);
    await patchWith(members(() => '0')).expect(400);
    const response = await send('get', `/Groups/${group}`).expect(200);
    expect(response.body.members).toBeUndefined();
  });

  it('take as many members as fit in a request', async () => {
    let next = 0;
    const many = await startEndpoint({ newId: () => String(next++) });
    const user = many.backend;
    const type = (await import('../../src/scim/registry.js')).defaultRegistry.resourceType('User');
    if (type === undefined) throw new Error('no User type');
    for (let index = 0; index < 20_000; index++) user.create(type, { userName: `u${index}` });
    const app = request(many.server);
    const post = (path: string, body: object): request.Test =>
      app.post(`/scim/v2${path}`).set('Authorization', many.authorization).send(body);
    const values = Array.from({ length: 20_000 }, (_, index) => ({ value: String(index) }));
    const { id } = (await post('/Groups', { schemas: [GROUP], displayName: 'All' }).expect(201)).body;
    await app
      .patch(`/scim/v2/Groups/${id}`)
      .set('Authorization', many.authorization)
      .send(patch({ op: 'add', path: 'members', value: values }))
      .expect(204);
    const group = await app.get(`/scim/v2/Groups/${id}`).set('Authorization', many.authorization).expect(200);
    expect(group.body.members).toHaveLength(20_000);
    await many.close();
  });
});

describe('two clients at once', () => {
  it('creating the same userName get one 201 and one 409', async () => {
    const body = { schemas: [USER], userName: 'ines' };
    const responses = await Promise.all([1, 2, 3, 4].map(() => send('post', '/Users', body)));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect((await send('get', '/Users').expect(200)).body.totalResults).toBe(1);
  });

  it('changing the same version get one 200 and one 412', async () => {
    const id = await createUser('ines');
    const etag = (await send('get', `/Users/${id}`)).headers.etag ?? '';
    const change = (title: string): request.Test =>
      send('patch', `/Users/${id}`, patch({ op: 'replace', path: 'title', value: title })).set(
        'If-Match',
        etag,
      );
    const responses = await Promise.all([change('a'), change('b')]);
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});

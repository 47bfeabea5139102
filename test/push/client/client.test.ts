import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../../src/push/client/journal.js';
import { TargetError } from '../../../src/push/client/target-error.js';
import { fakeClock } from '../clock.js';
import { scimError, startTinyTarget, type TinyTarget, tinyClient } from '../tiny-target.js';

let target: TinyTarget;
beforeEach(async () => {
  target = await startTinyTarget();
});
afterEach(() => target.close());

async function failure(promise: Promise<unknown>): Promise<TargetError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TargetError);
  return error as TargetError;
}

describe('what the client sends', () => {
  it('is a bearer token and SCIM JSON by default', async () => {
    const client = tinyClient(target);
    await client.create('/Users', { userName: 'leo' });
    expect(target.calls[0]?.headers).toMatchObject({
      authorization: 'Bearer tiny-token',
      'content-type': 'application/scim+json',
      accept: 'application/scim+json, application/json;q=0.9',
      'user-agent': 'lucca-scim-bridge',
    });
    await client.close();
  });

  it('follows the profile: another scheme, more headers, another media type', async () => {
    const client = tinyClient(target, {
      options: { auth: { scheme: 'ApiKey' }, headers: { 'Api-Version': '1' }, mediaType: 'application/json' },
      headers: { 'User-Agent': 'acme' },
    });
    await client.create('/Users', { userName: 'leo' });
    expect(target.calls[0]?.headers).toMatchObject({
      authorization: 'ApiKey tiny-token',
      'api-version': '1',
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'acme',
    });
    await client.close();
  });

  it('may carry the secret alone, in a header of its own', async () => {
    const client = tinyClient(target, { options: { auth: { header: 'X-Api-Key', scheme: '' } } });
    await client.get('/Users');
    expect(target.calls[0]?.headers).toMatchObject({ 'x-api-key': 'tiny-token' });
    expect(target.calls[0]?.headers.authorization).toBeUndefined();
    await client.close();
  });

  it('never goes unencrypted to another machine', () => {
    expect(() => tinyClient({ ...target, url: 'http://scim.example.com/v2' })).toThrow(/not encrypted/);
    expect(() => tinyClient({ ...target, url: 'https://user:secret@scim.example.com/v2' })).toThrow(
      /credentials/,
    );
    expect(() => tinyClient({ ...target, url: 'scim.example.com' })).toThrow(/not a web address/);
  });

  it('holds no token that would break out of its header, and does not show it', () => {
    const message = (() => {
      try {
        tinyClient(target, { token: 'secret\r\nx-evil: 1' });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message).toContain('authorization');
    expect(message).not.toContain('secret');
  });
});

describe('what the client makes of an answer', () => {
  it('takes the id from the Location header when the body of a create is empty', async () => {
    target.respond = () => ({ status: 201, headers: { location: 'http://x/scim/Users/a%20b?v=1' } });
    const client = tinyClient(target);
    expect(await client.create('/Users', {})).toEqual({ id: 'a b', resource: undefined });
    await client.close();
  });

  it('counts a resource that is gone as deleted', async () => {
    const client = tinyClient(target);
    await expect(client.remove('/Users/7')).resolves.toBeUndefined();
    await client.close();
  });

  it('keeps status, scimType and detail of an error, and neither query nor personal data', async () => {
    target.respond = () =>
      scimError(
        400,
        'The e-mail leo.petit@acme.example of Petit has cost centre CC-1 and "Bearer abc.def" ',
        'invalidValue',
      );
    const client = tinyClient(target);
    const error = await failure(client.create('/Users', { userName: 'leo', name: { familyName: 'Petit' } }));
    expect(error).toMatchObject({
      code: 'TARGET_REFUSED',
      kind: 'refused',
      status: 400,
      scimType: 'invalidValue',
      method: 'POST',
      path: '/Users',
      mayHaveHappened: false,
    });
    expect(error.detail).toBe('The e-mail […] of […] has cost centre CC-1 and "Bearer […]');
    target.respond = () => scimError(400, 'cannot filter on userName "lpetit"');
    const filtered = await failure(client.get('/Users', { filter: 'userName eq "lpetit"' }));
    expect(filtered.detail).toBe('cannot filter on userName "[…]"');
    expect(filtered.message).not.toContain('lpetit');
    await client.close();
  });

  it.each([
    ['Slack', { Errors: { description: 'user_not_found', code: 404 } }, 'user_not_found'],
    ['a list of errors', { errors: ['too bad'] }, 'too bad'],
    ['OAuth', { error: 'invalid_token', error_description: 'expired' }, 'expired'],
    ['a plain message', { message: 'no such thing' }, 'no such thing'],
  ])('reads the error body of %s', async (_, body, detail) => {
    target.respond = () => ({ status: 400, body });
    const client = tinyClient(target);
    expect(await failure(client.get('/Users'))).toMatchObject({ detail });
    await client.close();
  });

  it.each([
    ['in JSON', { status: 401, body: { detail: 'Incorrect API key: tiny-token, and key other-secret' } }],
    ['in a page', { status: 401, text: '<a href="/login?k=tiny-token">other-secret</a>' }],
    ['in a page with 200', { status: 200, text: '<a href="/login?k=tiny-token">other-secret</a>' }],
  ])('shows nobody the credentials that a target repeats %s', async (_, answer) => {
    target.respond = () => answer;
    const journal: Exchange[] = [];
    const client = tinyClient(target, {
      headers: { 'X-Api-Key': 'Key other-secret' },
      journal: (exchange) => journal.push(exchange),
    });
    const { message, detail, remedy } = await failure(client.get('/Users'));
    expect(JSON.stringify([message, detail, remedy, journal])).not.toMatch(/tiny-token|other-secret/);
    await client.close();
  });

  it.each([
    [401, 'TARGET_UNAUTHORIZED', 2],
    [403, 'TARGET_FORBIDDEN', 2],
    [409, 'TARGET_CONFLICT', 1],
    [302, 'TARGET_REDIRECTED', 2],
  ])('gives status %i its own code, and no second try', async (status, code, exitCode) => {
    target.respond = () => ({ status, headers: { location: '/elsewhere' } });
    const client = tinyClient(target);
    expect(await failure(client.get('/Users'))).toMatchObject({ code, exitCode });
    expect(target.calls).toHaveLength(1);
    await client.close();
  });

  it.each([
    ['a web page', { status: 200, text: '<html>Sign in</html>' }],
    ['a list instead of an object', { status: 200, body: [] }],
    ['nothing', { status: 200 }],
    ['half an answer', { status: 200, text: '{"Resources": [{"id"' }],
  ])('takes %s for nonsense, not for data', async (_, answer) => {
    target.respond = () => answer;
    const client = tinyClient(target);
    expect(await failure(client.get('/Users'))).toMatchObject({ code: 'TARGET_NONSENSE', kind: 'nonsense' });
    await client.close();
  });

  it('keeps of a nonsensical answer what explains it, and nothing personal of anybody', async () => {
    const text =
      '{"Resources":[{"id":"7","userName":"lpetit","name" : {"givenName":"L\\u00e9o","familyName": "Le \\"Petit"},' +
      '"phoneNumbers":[{"value":"+33 6 12"}],"emails":[{"value":"leo@acme.example"}]},{"id":"8","displayName":"Zoé Dur';
    target.respond = () => ({ status: 200, text });
    const journal: Exchange[] = [];
    const client = tinyClient(target, { journal: (exchange) => journal.push(exchange) });
    await failure(client.get('/Users', { filter: 'userName eq "lpetit"' }));
    expect(journal[0]?.query).toBe('filter=userName eq "[…]"');
    expect(journal[0]?.answer).toMatch(/^\{"Resources":\[\{"id":"7","userName":"\[…\]"/);
    expect(journal[0]?.answer).toContain('{"id":"8","displayName":"[…]"');
    for (const personal of ['lpetit', 'u00e9', 'Petit', '33 6', 'leo', 'Zo'])
      expect(journal[0]?.answer).not.toContain(personal);
    await client.close();
  });

  it('takes the answer to a question for nonsense when it is no list, and keeps it', async () => {
    target.respond = () => ({ status: 200, body: { message: 'down for maintenance' } });
    const journal: Exchange[] = [];
    const client = tinyClient(target, { journal: (exchange) => journal.push(exchange) });
    const question = client.get('/Users', { filter: 'userName eq "leo"' });
    expect(await failure(question)).toMatchObject({ code: 'TARGET_NONSENSE', kind: 'nonsense' });
    expect(journal).toMatchObject([{ error: 'TARGET_NONSENSE', answer: '{"message":"[…]"}' }]);
    await client.close();
  });

  it('takes a very long word for nonsense like any other', async () => {
    target.respond = () => ({ status: 200, text: 'a'.repeat(2_000_000) });
    const client = tinyClient(target);
    const error = await failure(client.get('/Users'));
    expect(error).toMatchObject({ code: 'TARGET_NONSENSE' });
    expect(error.detail?.length).toBeLessThan(3_000);
    await client.close();
  });

  it('tells what happened to a journal, by id only', async () => {
    const journal: Exchange[] = [];
    const client = tinyClient(target, { journal: (exchange) => journal.push(exchange) });
    await client.get('/Users', { filter: 'userName eq "leo@acme.example"' });
    await failure(client.get('/Users/7'));
    expect(journal).toMatchObject([
      { method: 'GET', path: '/Users', status: 200 },
      { method: 'GET', path: '/Users/7', status: 404, error: 'TARGET_NOT_FOUND' },
    ]);
    await client.close();
  });
});

describe('what the client repeats', () => {
  /** Answers with each of `answers` in turn, then as ordinary. */
  const first = (...answers: ReturnType<TinyTarget['respond']>[]) => {
    target.respond = () => answers.shift();
  };

  it('is a throttled request, a create too, after the time asked for in seconds', async () => {
    first({ status: 429, headers: { 'retry-after': '7' } });
    const clock = fakeClock();
    const client = tinyClient(target, { clock });
    expect(await client.create('/Users', { userName: 'leo' })).toMatchObject({ id: '1' });
    expect(clock.slept.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(7000);
    await client.close();
  });

  it('waits until the date in Retry-After', async () => {
    const clock = fakeClock();
    const until = clock.now() + 90_000;
    first({ status: 503, headers: { 'retry-after': new Date(until).toUTCString() } });
    const client = tinyClient(target, { clock });
    await client.create('/Users', { userName: 'leo' });
    expect(clock.now()).toBeGreaterThanOrEqual(until);
    await client.close();
  });

  it('holds every request back while one is throttled', async () => {
    const clock = fakeClock();
    const client = tinyClient(target, { clock });
    first({ status: 429, headers: { 'retry-after': '60' } });
    const began = clock.now();
    await Promise.all([client.get('/Users'), client.get('/Groups')]);
    await client.get('/Users');
    expect(clock.now() - began).toBeGreaterThanOrEqual(60_000);
    expect(clock.now() - began).toBeLessThan(120_000);
    await client.close();
  });

  it('bears a storm of 429 without Retry-After, but not for ever', async () => {
    target.respond = () => ({ status: 429 });
    const clock = fakeClock();
    const began = clock.now();
    const client = tinyClient(target, { clock });
    expect(await failure(client.get('/Users'))).toMatchObject({
      code: 'TARGET_THROTTLED',
      kind: 'throttled',
    });
    expect(clock.now() - began).toBeGreaterThan(10 * 60_000);
    await client.close();
  });

  it('is a request that failed in passing, when repeating is harmless', async () => {
    first({ status: 500 }, 'reset', { status: 502 });
    const client = tinyClient(target);
    await expect(client.get('/Users')).resolves.toMatchObject({ totalResults: 0 });
    expect(target.calls).toHaveLength(4);
    expect(client.traffic).toEqual({ reads: 4, writes: 0 });
    await client.close();
  });

  it.each([['reset' as const], [{ status: 500 }], [{ status: 503 }]])(
    'is never a create that may have been carried out (%o)',
    async (answer) => {
      target.respond = () => answer;
      const client = tinyClient(target);
      expect(await failure(client.create('/Users', {}))).toMatchObject({ mayHaveHappened: true });
      expect(target.calls).toHaveLength(1);
      await client.close();
    },
  );

  it('ends after a few tries when the target is down, knowing that nothing was sent', async () => {
    const client = tinyClient({ ...target, url: 'http://127.0.0.1:1/scim' });
    expect(await failure(client.create('/Users', {}))).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      kind: 'unreachable',
      mayHaveHappened: false,
    });
    expect(client.traffic.writes).toBe(4);
    await client.close();
  });
});

describe('the pace', () => {
  it('stays within the rates of the profile, by kind of request', async () => {
    const clock = fakeClock();
    const client = tinyClient(target, {
      clock,
      options: { rates: [{ requests: 60, seconds: 60, burst: 2, methods: ['POST'] }] },
    });
    const began = clock.now();
    for (let n = 0; n < 5; n += 1) await client.get('/Users');
    expect(clock.now()).toBe(began);
    for (let n = 0; n < 12; n += 1) await client.create('/Users', { userName: `u${n}` });
    expect(clock.now() - began).toBe(10_000);
    await client.close();
  });
});

describe('the pace of single people', () => {
  it('leaves lists, groups and new people alone', async () => {
    const clock = fakeClock();
    const rates = [
      { requests: 60, seconds: 60, burst: 1, methods: ['GET', 'POST', 'PATCH'], path: '/Users/' },
    ];
    const client = tinyClient(target, { clock, options: { rates } });
    const began = clock.now();
    for (let n = 0; n < 3; n += 1) {
      await client.create('/Users', { userName: `u${n}` });
      await client.create('/Groups', { displayName: `g${n}` });
      await client.get('/Users');
      await client.get('/Groups/1');
    }
    expect(clock.now()).toBe(began);
    for (const id of ['1', '2', '3']) await client.get(`/Users/${id}`);
    expect(clock.now() - began).toBe(2000);
    await client.close();
  });
});

describe('429 without Retry-After', () => {
  it.each([
    { name: 'to the very first request', isThrottled: (n: number) => n === 0 },
    { name: 'to the first three', isThrottled: (n: number) => n < 3 },
    { name: 'to one in twenty', isThrottled: (n: number) => n % 20 === 7 },
  ])('$name costs a pause, not the pace of all that follow', async ({ isThrottled }) => {
    let posts = 0;
    target.respond = () => (isThrottled(posts++) ? { status: 429 } : undefined);
    const clock = fakeClock();
    const client = tinyClient(target, { clock });
    const began = clock.now();
    const many = Array.from({ length: 83 }, (_, n) => client.create('/Groups', { displayName: `g${n}` }));
    await Promise.all(many);
    expect(target.groups.size).toBe(83);
    expect(clock.now() - began).toBeLessThan(5000);
    await client.close();
  });
});

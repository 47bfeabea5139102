import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import type { TargetClient } from '../../src/push/client/target-client.js';
import { createLearner } from '../../src/push/learner.js';
import { type Listing, listAll } from '../../src/push/list.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { lookUp, lookUpByKeys } from '../../src/push/lookup.js';
import { NOW } from './people.js';
import { list, scimError, startTinyTarget, type TinyTarget, tinyClient } from './tiny-target.js';

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

const rows = (count: number): JsonObject[] =>
  Array.from({ length: count }, (_, n) => ({ id: String(n + 1), userName: `u${n + 1}` }));
const ids = ({ resources }: Listing) => resources.map(({ id }) => Number(id));
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

function read(options: Record<string, unknown> = {}, maxPages?: number): Promise<Listing> {
  const capabilities = fallbackCapabilities();
  return listAll(client, '/Users', {
    profile: loadProfile('generic', { paging: { pageSize: 10 }, ...options }),
    capabilities,
    ...(maxPages === undefined ? {} : { maxPages }),
  });
}

describe('reading all pages', () => {
  it('goes by index until the declared total is reached', async () => {
    for (const row of rows(25)) target.users.set(String(row.id), row);
    const listing = await read();
    expect(listing).toMatchObject({ complete: true, pages: 3 });
    expect(ids(listing)).toEqual(numbers(25));
    expect(target.calls.map(({ query }) => query.toString())).toEqual([
      'startIndex=1&count=10',
      'startIndex=11&count=10',
      'startIndex=21&count=10',
    ]);
  });

  it('goes on by what came, when the target gives less than asked for', async () => {
    target.respond = ({ query }) => {
      const start = Number(query.get('startIndex'));
      return { status: 200, body: { totalResults: 25, Resources: rows(25).slice(start - 1, start + 3) } };
    };
    const listing = await read();
    expect(listing).toMatchObject({ complete: true, pages: 7 });
    expect(ids(listing)).toEqual(numbers(25));
  });

  it.each<[string, JsonObject]>([
    ['half a surrogate pair for an id', { id: '\ud800', userName: 'u3' }],
    ['no id', { userName: 'u3' }],
  ])('leaves a row out that has %s, and is not complete', async (_, row) => {
    for (const totalResults of [undefined, 3]) {
      target.respond = ({ query }) => ({
        status: 200,
        body: {
          ...(totalResults === undefined ? {} : { totalResults }),
          Resources: query.get('startIndex') === '1' ? [...rows(2), row] : [],
        },
      });
      const listing = await read();
      expect({ ids: ids(listing), complete: listing.complete }).toEqual({ ids: [1, 2], complete: false });
    }
  });

  it('is complete at once when the target ignores count and gives everything', async () => {
    target.respond = () => list(rows(25), new URLSearchParams({ count: '1000' }));
    expect(await read()).toMatchObject({ complete: true, pages: 1 });
  });

  it('ends, and says that it is not complete, when the target ignores startIndex', async () => {
    target.respond = () => ({ status: 200, body: { totalResults: 25, Resources: rows(10) } });
    const listing = await read();
    expect(listing).toMatchObject({ complete: false, pages: 2 });
    expect(listing.resources).toHaveLength(10);
  });

  it('is not complete when pages run out before the declared total', async () => {
    target.respond = ({ query }) => ({
      status: 200,
      body: { totalResults: 25, Resources: query.get('startIndex') === '1' ? rows(10) : [] },
    });
    expect(await read()).toMatchObject({ complete: false, pages: 2 });
  });

  it('collects what a target shows that declares no total, and calls it no complete list', async () => {
    target.respond = ({ query }) => ({
      status: 200,
      body: {
        Resources: rows(25)
          .slice(Number(query.get('startIndex')) - 1)
          .slice(0, 10),
      },
    });
    const listing = await read();
    expect(listing).toMatchObject({ complete: false, pages: 4 });
    expect(ids(listing)).toEqual(numbers(25));
  });

  it.each([
    {},
    { error: 'maintenance' },
    { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] },
  ])('takes an answer that is no list for a fault, not for nobody: %j', async (body) => {
    target.respond = () => ({ status: 200, body });
    await expect(read()).rejects.toMatchObject({ kind: 'nonsense', code: 'TARGET_NONSENSE' });
  });

  it.each([
    ['is null', null, 10],
    ['is empty text', '', 10],
    ['is less than what it shows', 3, 10],
  ])('is not complete when the total %s', async (_, totalResults, shown) => {
    target.respond = () => ({ status: 200, body: { totalResults, Resources: rows(shown) } });
    expect((await read()).complete).toBe(false);
  });

  it('reads the members of a list in any letter case', async () => {
    target.respond = () => ({ status: 200, body: { totalresults: 2, resources: rows(2) } });
    expect(await read()).toMatchObject({ complete: true, resources: rows(2) });
  });

  it('shows a resource once that moved from page to page', async () => {
    const pages = [rows(10), [{ id: '10', userName: 'newer' }, { id: '11' }]];
    target.respond = () => ({ status: 200, body: { totalResults: 11, Resources: pages.shift() ?? [] } });
    const listing = await read();
    expect(listing.resources).toHaveLength(11);
    expect(listing.resources[9]).toEqual({ id: '10', userName: 'newer' });
  });

  it('follows nextCursor whenever the target gives one, without being asked to', async () => {
    const next: Record<string, string | undefined> = { '': 'b', b: 'c', c: undefined };
    target.respond = ({ query }) => {
      const cursor = query.get('cursor') ?? '';
      const nextCursor = next[cursor];
      const start = ['', 'b', 'c'].indexOf(cursor) * 10;
      return {
        status: 200,
        body: {
          Resources: rows(25).slice(start, start + 10),
          ...(nextCursor === undefined ? {} : { nextCursor }),
        },
      };
    };
    expect(ids(await read())).toEqual(numbers(25));
    expect(target.calls.map(({ query }) => query.toString())).toEqual([
      'startIndex=1&count=10',
      'cursor=b&count=10',
      'cursor=c&count=10',
    ]);
  });

  it('asks for cursors where the profile says so, and only for cursors', async () => {
    target.respond = () => ({ status: 200, body: { Resources: rows(3), itemsPerPage: 3 } });
    expect(await read({ paging: { method: 'cursor', pageSize: 10 } })).toMatchObject({
      complete: true,
      pages: 1,
    });
    expect(target.calls[0]?.query.toString()).toBe('cursor=&count=10');
  });

  const byCursor = { paging: { method: 'cursor', pageSize: 10 } };

  it.each([
    ['declares more than it shows', { totalResults: 500, Resources: rows(10) }],
    ['says where its page starts', { startIndex: 1, itemsPerPage: 5, Resources: rows(5) }],
    ['fills the first page', { Resources: rows(10) }],
  ])('is not complete when a target passes over the cursor: it %s', async (_, body) => {
    target.respond = () => ({ status: 200, body });
    expect(await read(byCursor)).toMatchObject({ complete: false, pages: 1 });
  });

  it('is complete by cursor when as many were shown as declared', async () => {
    target.respond = () => ({ status: 200, body: { totalResults: 10, startIndex: 1, Resources: rows(10) } });
    expect(await read(byCursor)).toMatchObject({ complete: true, pages: 1 });
  });

  it('is not complete when the chain of cursors ends before the declared total', async () => {
    target.respond = ({ query }) => ({
      status: 200,
      body: {
        totalResults: 25,
        Resources: rows(10),
        ...(query.get('cursor') === 'b' ? {} : { nextCursor: 'b' }),
      },
    });
    expect(await read(byCursor)).toMatchObject({ complete: false, pages: 2 });
  });

  it('takes a cursor that comes as a number', async () => {
    target.respond = ({ query }) =>
      query.get('cursor') === '2'
        ? { status: 200, body: { Resources: [{ id: '11' }] } }
        : { status: 200, body: { Resources: rows(10), nextCursor: 2 } };
    const listing = await read(byCursor);
    expect(listing).toMatchObject({ complete: true, pages: 2 });
    expect(ids(listing)).toEqual(numbers(11));
  });

  it('ends when a cursor comes round again', async () => {
    target.respond = () => ({ status: 200, body: { Resources: rows(3), nextCursor: 'same' } });
    expect(await read()).toMatchObject({ complete: false, pages: 2 });
  });

  it('ends when ever new cursors show nothing new', async () => {
    let page = 0;
    target.respond = () => {
      page += 1;
      return { status: 200, body: { Resources: rows(3), nextCursor: `c${page}` } };
    };
    expect(await read({}, 500)).toMatchObject({ complete: false, pages: 101 });
  });

  it('ends at the limit of pages', async () => {
    let page = 0;
    target.respond = () => {
      page += 1;
      return { status: 200, body: { Resources: [{ id: String(page) }], nextCursor: `c${page}` } };
    };
    expect(await read({}, 5)).toMatchObject({ complete: false, pages: 5 });
  });

  it('takes counters that come as text, and passes over rows without an id', async () => {
    target.respond = () => ({
      status: 200,
      body: { totalResults: '1', Resources: [{ id: 'a' }, { userName: 'no id' }, null] },
    });
    expect(await read()).toMatchObject({ complete: true, resources: [{ id: 'a' }] });
  });
});

const rules = (profile = 'generic') => ({
  profile: loadProfile(profile),
  ...createLearner(fallbackCapabilities(), () => NOW),
});

describe('looking up one resource', () => {
  const lookUpUser = (value = 'leo@acme.example') => lookUp(client, '/Users', 'userName', value, rules());

  it('finds it, whatever the case of the userName', async () => {
    target.users.set('7', { id: '7', userName: 'LEO@acme.example' });
    expect(await lookUpUser()).toMatchObject({ kind: 'found', targetId: '7' });
  });

  it('quotes what it asks for', async () => {
    await lookUpUser('o"brien\\@acme.example');
    expect(target.calls[0]?.query.get('filter')).toBe('userName eq "o\\"brien\\\\@acme.example"');
  });

  it.each([
    ['generic', 'emails.value eq "leo@acme.example"'],
    ['slack', 'email eq "leo@acme.example"'],
  ])('asks for an e-mail as the profile says: %s', async (profile, filter) => {
    await lookUp(client, '/Users', 'emails', 'leo@acme.example', rules(profile));
    expect(target.calls[0]?.query.get('filter')).toBe(filter);
  });

  it('finds nobody where nobody is', async () => {
    expect(await lookUpUser()).toEqual({ kind: 'none' });
    target.respond = () => scimError(404);
    expect(await lookUpUser()).toEqual({ kind: 'none' });
  });

  it('never takes somebody else whom a target shows that ignores filters', async () => {
    target.respond = () => ({
      status: 200,
      body: { totalResults: 500, Resources: [{ id: '1', userName: 'first@acme.example' }] },
    });
    expect(await lookUpUser()).toEqual({ kind: 'unknown', isNameFree: false });
    target.respond = () => ({ status: 200, body: { totalResults: 500, Resources: [] } });
    expect(await lookUpUser()).toEqual({ kind: 'unknown', isNameFree: false });
  });

  it('concludes nothing from a row whose id cannot be used', async () => {
    target.respond = () => ({
      status: 200,
      body: { Resources: [{ id: '\ud800', userName: 'leo@acme.example' }] },
    });
    expect(await lookUpUser()).toEqual({ kind: 'unknown', isNameFree: false });
  });

  it.each([
    { totalResults: 0 },
    { Resources: [] },
    { totalResults: 0, Resources: null },
    { totalresults: '0', resources: [] },
  ])('finds nobody where a list says so: %j', async (body) => {
    target.respond = () => ({ status: 200, body });
    expect(await lookUpUser()).toEqual({ kind: 'none' });
  });

  it.each([
    ['a notice', { message: 'down for maintenance' }],
    ['nothing', {}],
    ['a list without anything', { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] }],
    ['an empty page that is not the last', { Resources: [], nextCursor: 'b' }],
    ['a row without an id', { Resources: [{ userName: 'leo@acme.example' }] }],
    ['a null for the total', { totalResults: null }],
  ])('concludes nothing from an answer with %s', async (_, body) => {
    target.respond = () => ({ status: 200, body });
    expect(await lookUpUser()).toEqual({ kind: 'unknown', isNameFree: false });
  });

  it('concludes nothing from a web page, and follows no redirect', async () => {
    target.respond = () => ({ status: 200, text: '<html></html>' });
    expect(await lookUpUser()).toEqual({ kind: 'unknown', isNameFree: false });
    target.respond = () => ({ status: 302, headers: { location: 'https://login.example.com' } });
    await expect(lookUpUser()).rejects.toMatchObject({ code: 'TARGET_REDIRECTED' });
  });

  it('concludes nothing about somebody who has none of the keys', async () => {
    const found = await lookUpByKeys(client, '/Users', ['externalId'], { userName: 'leo' }, rules());
    expect(found).toEqual({ kind: 'unknown', isNameFree: false });
    expect(target.calls).toEqual([]);
  });

  it('never picks one of several', async () => {
    target.respond = () =>
      list([
        { id: '1', userName: 'leo@acme.example' },
        { id: '2', userName: 'leo@acme.example' },
      ]);
    expect(await lookUpUser()).toMatchObject({ kind: 'several', resources: [{ id: '1' }, { id: '2' }] });
  });

  it.each([400, 403, 501])('concludes nothing when the target refuses the filter with %i', async (status) => {
    target.respond = () => scimError(status);
    expect(await lookUpUser()).toEqual({ kind: 'unknown', isNameFree: false });
  });

  it('tries the next key when the target cannot filter on the first', async () => {
    target.users.set('7', { id: '7', userName: 'leo@acme.example' });
    target.respond = ({ query }) =>
      query.get('filter')?.startsWith('externalId') ? scimError(400, 'no', 'invalidFilter') : undefined;
    const body = { externalId: '1', userName: 'leo@acme.example' };
    expect(await lookUpByKeys(client, '/Users', ['externalId', 'userName'], body, rules())).toMatchObject({
      kind: 'found',
      targetId: '7',
    });
    target.users.clear();
    expect(await lookUpByKeys(client, '/Users', ['externalId', 'userName'], body, rules())).toEqual({
      kind: 'unknown',
      // It did answer for the userName: nobody has it.
      isNameFree: true,
    });
  });
});

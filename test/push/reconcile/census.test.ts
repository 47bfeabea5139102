import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '../../../src/identity/person.js';
import { fallbackCapabilities } from '../../../src/push/capabilities.js';
import type { TargetClient } from '../../../src/push/client/target-client.js';
import { loadProfile } from '../../../src/push/load-profile.js';
import { takeCensus } from '../../../src/push/reconcile/census.js';
import { NOW } from '../people.js';
import { list, scimError, startTinyTarget, type TinyTarget, tinyClient } from '../tiny-target.js';

let target: TinyTarget;
let client: TargetClient;
beforeEach(async () => {
  target = await startTinyTarget();
  client = tinyClient(target);
  for (const id of ['1', '2', '3']) target.users.set(id, { id, userName: `u${id}` });
});
afterEach(async () => {
  await client.close();
  await target.close();
});

const census = (owned: Record<string, string>) =>
  takeCensus({
    client,
    endpoint: '/Users',
    profile: loadProfile('generic'),
    capabilities: fallbackCapabilities(),
    links: new Map(
      Object.entries(owned).map(([person, targetId]): [string, Link] => [
        person,
        { state: 'linked', targetId, sent: { userName: `u${targetId}` }, at: NOW },
      ]),
    ),
  });

describe('a census of the target', () => {
  it('tells ours from what nobody owns', async () => {
    const { seen, unowned, gone, complete } = await census({ ana: '1', ben: '2' });
    expect([...seen.keys()]).toEqual(['ana', 'ben']);
    expect({ unowned, gone, complete }).toEqual({ unowned: ['3'], gone: [], complete: true });
    expect(target.calls).toHaveLength(1);
  });

  it('finds links that point to one resource, and compares neither', async () => {
    const { seen, shared } = await census({ ana: '1', ben: '1' });
    expect([...seen.keys()]).toEqual([]);
    expect(shared).toEqual([{ targetId: '1', subjects: ['ana', 'ben'] }]);
  });

  it('takes for gone what a complete listing lacks and a direct read answers with 404', async () => {
    expect((await census({ ana: '1', ben: '9' })).gone).toEqual(['ben']);
    expect(target.calls.map(({ path }) => path)).toEqual(['/Users', '/Users/9']);
  });

  it('does not take for gone what the listing passed over', async () => {
    const rows = [...target.users.values()].slice(1);
    target.respond = ({ path, query }) => (path === '/Users' ? list(rows, query) : undefined);
    const { gone, seen } = await census({ ana: '1', ben: '2' });
    expect(gone).toEqual([]);
    expect([...seen.keys()].sort()).toEqual(['ana', 'ben']);
  });

  it('does not take for gone what the target fails to show', async () => {
    target.respond = ({ path }) => (path === '/Users/9' ? scimError(403) : undefined);
    expect((await census({ ana: '1', ben: '9' })).gone).toEqual([]);
  });

  it('concludes nothing from a listing that is not complete', async () => {
    target.respond = ({ path }) =>
      path === '/Users' ? { status: 200, body: { totalResults: 50, Resources: [{ id: '1' }] } } : undefined;
    const { complete, gone, seen, unseen } = await census({ ana: '1', ben: '9' });
    expect({ complete, gone, seen: [...seen.keys()] }).toEqual({ complete: false, gone: [], seen: ['ana'] });
    expect([...unseen]).toEqual(['9']);
  });

  it('asks one by one for the few that such a listing never shows', async () => {
    target.users.set('9', { id: '9', userName: 'ben' });
    target.respond = ({ path }) =>
      path === '/Users' ? { status: 200, body: { totalResults: 50, Resources: [{ id: '1' }] } } : undefined;
    expect([...(await census({ ana: '1', ben: '9' })).seen.keys()].sort()).toEqual(['ana', 'ben']);
  });

  it('asks for nobody when such a listing lacks nearly everybody', async () => {
    target.respond = () => ({ status: 200, body: { totalResults: 50, Resources: [{ id: '1' }] } });
    const owned = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`p${n}`, `other-${n}`]));
    expect(await census(owned)).toMatchObject({ gone: [], implausible: 0 });
    expect(target.calls.filter(({ path }) => path !== '/Users')).toEqual([]);
  });

  it('concludes nothing when the declared number moves while pages are read', async () => {
    target.respond = ({ path, query }) =>
      path === '/Users'
        ? {
            status: 200,
            body:
              query.get('startIndex') === '1'
                ? { totalResults: 3, Resources: [{ id: '1' }, { id: '2' }] }
                : { totalResults: 2, Resources: [] },
          }
        : undefined;
    expect(await census({ ana: '1', ben: '3' })).toMatchObject({ complete: false, gone: [] });
  });

  it('concludes nothing when more are missing than can have gone by themselves', async () => {
    const owned = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`p${n}`, `gone-${n}`]));
    expect(await census(owned)).toMatchObject({ gone: [], implausible: 10 });
    expect(target.calls).toHaveLength(1);
  });

  it('says why a target cannot be listed, and goes on', async () => {
    target.respond = () => scimError(501, 'no listing here');
    expect(await census({ ana: '1' })).toMatchObject({
      complete: false,
      gone: [],
      refused: expect.any(String),
    });
  });
});

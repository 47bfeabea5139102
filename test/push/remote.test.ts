import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { group, type Person } from './people.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { list, scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

const capabilities = { ...fallbackCapabilities(), known: true, patch: true };
let target: TinyTarget;
let bridge: TestBridge;

async function start(options: Record<string, unknown> = {}): Promise<void> {
  await bridge?.client.close();
  bridge = await createTestBridge(target, {
    capabilities,
    options: { paging: { pageSize: 10 }, ...options },
  });
}
beforeEach(async () => {
  target = await startTinyTarget();
  await start();
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

const persons = (count: number): Person[] => Array.from({ length: count }, (_, n) => ({ id: `p${n}` }));
const fill = (count: number) => {
  for (let n = 0; n < count; n += 1)
    target.users.set(`x${n}`, { id: `x${n}`, userName: `x${n}@acme.example` });
};
const reads = () => target.calls.map(({ query }) => (query.has('filter') ? 'filter' : 'page'));

describe('what is read of a target before a plan', () => {
  it('is nothing when everybody has an account', async () => {
    await bridge.push({ people: persons(3) });
    target.calls.length = 0;
    await bridge.plan({ people: persons(3) });
    expect(target.calls).toEqual([]);
  });

  it('is nothing for people who get no account anyway', async () => {
    await bridge.plan({
      people: [
        { id: 'a', lifecycle: 'upcoming' },
        { id: 'b', inScope: false },
        { id: 'c', email: null },
      ],
    });
    expect(target.calls).toEqual([]);
  });

  it('is all pages when many people are new', async () => {
    fill(35);
    await bridge.plan({ people: persons(30) });
    expect(reads()).toEqual(['page', 'page', 'page', 'page']);
  });

  it('is no page when one person is new and our own links fill many', async () => {
    await bridge.push({ people: persons(60) });
    target.calls.length = 0;
    const { operations } = await bridge.plan({ people: persons(61) });
    expect(operations).toMatchObject([{ kind: 'create-user', subject: 'p60' }]);
    expect(new Set(reads())).toEqual(new Set(['filter']));
  });

  it('is one page and a look-up by each key when one person is new among many accounts', async () => {
    fill(500);
    target.users.set('7', { id: '7', userName: 'p0@acme.example', name: { familyName: 'Moreau p0' } });
    const plan = await bridge.plan({ people: persons(1) });
    expect(reads()).toEqual(['page', 'filter', 'filter']);
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', targetId: '7' }]);
  });

  it('is no walk through cursors for one person', async () => {
    await start({ paging: { method: 'cursor', pageSize: 10 } });
    target.respond = ({ query }) =>
      query.has('filter')
        ? undefined
        : {
            status: 200,
            body: { Resources: Array.from({ length: 10 }, (_, n) => ({ id: `x${n}` })), nextCursor: 'more' },
          };
    await bridge.plan({ people: persons(1) });
    expect(reads()).toEqual(['page', 'filter', 'filter', 'filter']);
  });

  it('is all pages, even for one person, where filters are not answered', async () => {
    fill(50);
    target.users.set('7', { id: '7', userName: 'p0@acme.example', name: { familyName: 'Moreau p0' } });
    target.respond = ({ query }) => (query.has('filter') ? scimError(400, 'no filters') : undefined);
    const plan = await bridge.plan({ people: [{ id: 'p0' }] });
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', targetId: '7' }]);
  });

  it('leaves out whom neither a filter nor a complete list tells about, group or person', async () => {
    target.respond = () => ({ status: 200, body: { totalResults: 500, Resources: [{ id: 'x' }] } });
    const plan = await bridge.plan({ people: persons(1), groups: [group('31', 'Sales', [])] });
    expect(plan.operations).toEqual([]);
    expect(plan.skipped).toMatchObject([
      { code: 'TARGET_NOT_SEARCHABLE', severity: 'error', kind: 'person', subject: 'p0' },
      { code: 'TARGET_NOT_SEARCHABLE', severity: 'error', kind: 'group' },
    ]);
  });

  it('is one page and look-ups, however many are new, where the target declares no total', async () => {
    fill(35);
    target.respond = ({ query }) =>
      query.has('filter')
        ? undefined
        : { status: 200, body: { Resources: [...target.users.values()].slice(0, 10) } };
    const plan = await bridge.plan({ people: persons(30) });
    expect(reads().filter((read) => read === 'page')).toHaveLength(1);
    expect(plan.operations).toHaveLength(30);
  });

  it('makes nobody where no total is declared and no filter answered, and still adopts whom the pages show', async () => {
    fill(25);
    target.users.set('7', { id: '7', userName: 'p0@acme.example', name: { familyName: 'Moreau p0' } });
    target.respond = ({ query }) => {
      if (query.has('filter')) return scimError(400, 'no filters');
      const start = Number(query.get('startIndex')) - 1;
      return { status: 200, body: { Resources: [...target.users.values()].slice(start, start + 10) } };
    };
    const plan = await bridge.plan({ people: persons(2) });
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', subject: 'p0', targetId: '7' }]);
    expect(plan.skipped).toMatchObject([{ code: 'TARGET_NOT_SEARCHABLE', subject: 'p1' }]);
  });

  it('makes nobody of whom the target only has a notice to tell', async () => {
    fill(500);
    target.respond = ({ query }) =>
      query.has('filter') ? { status: 200, body: { message: 'down for maintenance' } } : undefined;
    target.users.set('7', { id: '7', userName: 'p0@acme.example', name: { familyName: 'Moreau p0' } });
    const plan = await bridge.plan({ people: persons(1) });
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', targetId: '7' }]);
    target.respond = () => ({ status: 200, body: { message: 'down for maintenance' } });
    await expect(bridge.plan({ people: persons(2) })).rejects.toMatchObject({ code: 'TARGET_NONSENSE' });
  });

  it('is enough where the name can be asked for and the rest cannot', async () => {
    target.respond = ({ query }) => {
      const filter = query.get('filter');
      if (filter === null) return { status: 200, body: { totalResults: 500, Resources: [{ id: 'x' }] } };
      return filter.startsWith('userName') ? undefined : scimError(400, 'only userName');
    };
    const plan = await bridge.plan({ people: persons(1) });
    expect(plan.operations).toMatchObject([{ kind: 'create-user', lookFirst: true }]);
  });

  it('makes nobody a further account where a look-up shows several with the same address', async () => {
    fill(500);
    const emails = [{ value: 'p0@acme.example' }];
    target.respond = ({ query }) =>
      query.get('filter')?.startsWith('emails')
        ? list(['1', '2'].map((id) => ({ id, userName: `old${id}`, emails })))
        : undefined;
    const plan = await bridge.plan({ people: persons(1) });
    expect(plan.operations).toEqual([]);
    expect(plan.skipped).toMatchObject([{ code: 'AMBIGUOUS_MATCH', subject: 'p0' }]);
  });

  it('is completed by single reads where lists show less', async () => {
    await start({ lists: 'partial' });
    target.users.set('7', {
      id: '7',
      externalId: 'lucca-p0',
      userName: 'p0@acme.example',
      name: { familyName: 'Moreau p0', givenName: 'Ines' },
      displayName: 'Ines Moreau p0',
      active: true,
      emails: [{ value: 'p0@acme.example', type: 'work', primary: true }],
    });
    target.respond = ({ path }) =>
      path === '/Users'
        ? { status: 200, body: { totalResults: 1, Resources: [{ id: '7', externalId: 'lucca-p0' }] } }
        : undefined;
    const plan = await bridge.plan({ people: persons(1) });
    expect(target.calls.map(({ path }) => path)).toEqual(['/Users', '/Users/7']);
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', targetId: '7', changes: [] }]);
  });

  it('covers groups too', async () => {
    target.groups.set('g', { id: 'g', externalId: 'department:31', displayName: 'Sales' });
    const plan = await bridge.plan({ people: [], groups: [group('31', 'Sales', [])] });
    expect(plan.operations).toMatchObject([{ kind: 'adopt-group', targetId: 'g', changes: [] }]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { TargetPush } from '../../src/sync/run.js';
import { type LuccaSimulator, type SimulatedPerson, startLuccaSimulator } from '../../src/testing/index.js';
import { startBetterAuth } from '../push/servers/better-auth.js';
import { type ResettingProxy, startResettingProxy } from '../push/servers/resetting-proxy.js';
import { startScimmy } from '../push/servers/scimmy.js';
import { readAll, type ScimServer } from '../push/servers/server.js';

const YESTERDAY = '2026-11-19';
const TODAY = '2026-11-20';
const USERS = '/api/v3/users';

/** What happens in Lucca between two pushes, and every write that it is worth: the verb, and whom it concerns. */
interface Event {
  what: string;
  happen(lucca: LuccaSimulator): void;
  writes: string[];
}

const EVENTS: Event[] = [
  {
    what: 'a hire',
    happen: ({ edit }) =>
      edit.hire({
        firstName: 'Nora',
        lastName: 'NOUVEAU',
        mail: 'nora.nouveau@acme.example',
        start: TODAY,
        establishmentId: 7,
        departmentId: 31,
        managerId: 103,
        sections: { 4: 143 },
      }),
    writes: ['POST Users', 'PATCH Data', 'PATCH CC-1200 Data', 'PATCH Acme Lyon', 'PATCH Acme Digital SAS'],
  },
  {
    what: 'a leaver',
    happen: ({ edit }) => edit.leave(106, { lastDay: YESTERDAY }),
    writes: [
      'PATCH person 106',
      'PATCH Ingénierie',
      'PATCH CC-1200 Data',
      'PATCH Acme Lyon',
      'PATCH Acme Digital SAS',
    ],
  },
  {
    what: 'a move to another department and cost centre',
    happen: ({ edit }) => edit.move(104, { departmentId: 30, costCenterId: 144 }),
    writes: [
      'PATCH person 104',
      'PATCH Data',
      'PATCH Ingénierie',
      'PATCH CC-1200 Data',
      'PATCH CC-1300 Finance',
    ],
  },
  {
    what: 'another manager',
    happen: ({ edit }) => edit.move(104, { managerId: 102 }),
    writes: ['PATCH person 104'],
  },
  {
    what: 'another name',
    happen: ({ edit }) => edit.rename(104, { lastName: 'DE LA FONTAINE' }),
    writes: ['PATCH person 104'],
  },
  {
    what: 'another e-mail',
    happen: ({ edit }) => edit.changeMail(104, 'lea.delafontaine@acme.example'),
    writes: ['PATCH person 104'],
  },
  {
    what: 'a department that is renamed',
    happen: ({ edit }) => edit.editDepartment(52, { name: 'Comptabilité générale' }),
    writes: ['PATCH Comptabilité générale', 'PATCH person 108', 'PATCH person 109'],
  },
];

describe.each([
  ['scimmy-routers', startScimmy],
  ['@better-auth/scim', startBetterAuth],
])('the bridge from a Lucca tenant to %s', (_, start) => {
  let lucca: LuccaSimulator;
  let server: ScimServer;
  let target: ResettingProxy;
  let bridge: Bridge;

  beforeEach(async () => {
    server = await start();
    target = await startResettingProxy(server);
    lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
    // Both servers take a group's name only once.
    lucca.edit.editDepartment(50, { name: 'Support ventes' });
    bridge = await createBridge(
      {
        lucca: lucca.config('api-key'),
        // Each write alone, whatever Bulk the server has: what is counted here is what an event is worth.
        targets: { travel: { url: target.url, token: target.token, options: { bulk: 'off' } } },
      },
      {
        store: createMemoryStore(),
        clock: { now: () => lucca.clock.now(), sleep: async () => {}, random: () => 0.5 },
      },
    );
  });
  afterEach(async () => {
    await bridge.close();
    await Promise.all([target.close(), server.close(), lucca.close()]);
  });

  /** Pushes, and gives back what came of it with the requests that it cost. */
  async function push(): Promise<TargetPush & { requests: string[]; codes: string[] }> {
    const before = target.requests.length;
    const { targets, issues } = await bridge.push();
    const [outcome] = targets;
    if (outcome === undefined) throw new Error('there is no target');
    const requests = target.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    return { ...outcome, requests, codes: issues.map(({ code, subject }) => `${code} ${subject.id}`) };
  }

  /** Writes in words: ids of the target replaced by what they belong to. */
  async function inWords(requests: readonly string[]): Promise<string[]> {
    const names = new Map<string, string>();
    for (const user of await readAll(server, '/Users'))
      names.set(String(user.id), `person ${user.externalId}`);
    for (const group of await readAll(server, '/Groups'))
      names.set(String(group.id), String(group.displayName));
    return requests
      .filter((request) => !request.startsWith('GET'))
      .map((request) => {
        const [method, path = ''] = request.split(' ');
        const last = path.split('/').at(-1) ?? '';
        return `${method} ${names.get(last) ?? last}`;
      });
  }

  const userOf = async (luccaId: number) =>
    (await readAll(server, '/Users')).find(({ externalId }) => externalId === String(luccaId));

  describe('the first push', () => {
    it('makes an account for everybody at work who has an e-mail of their own, with their manager', async () => {
      const { result } = await push();
      expect(result).toMatchObject({ failed: 0, stopped: null });

      const users = await readAll(server, '/Users');
      const atWork = provisioned(lucca);
      expect(users.map(({ externalId }) => externalId).sort()).toEqual(atWork.map(({ id }) => String(id)));

      const luccaIds = new Map(users.map(({ id, externalId }) => [id, externalId]));
      const reported = new Map(users.map((user) => [user.externalId, luccaIds.get(managerOf(user))]));
      const known = new Set(atWork.map(({ id }) => id));
      for (const person of atWork) {
        const { managerId } = placeOf(lucca, person);
        const expected =
          managerId === null || managerId === person.id || !known.has(managerId) ? undefined : managerId;
        expect([person.id, reported.get(String(person.id))]).toEqual([person.id, expected?.toString()]);
      }
    });

    it('makes every department with the people in it', async () => {
      await push();
      const users = await readAll(server, '/Users');
      const luccaIds = new Map(users.map(({ id, externalId }) => [id, Number(externalId)]));
      const groups = await readAll(server, '/Groups');
      for (const { id, name } of lucca.state.departments.values()) {
        const members = groups.find(({ displayName }) => displayName === name)?.members ?? [];
        const shown = (Array.isArray(members) ? members : []).filter(isJsonObject);
        const expected = provisioned(lucca).filter((person) => placeOf(lucca, person).departmentId === id);
        expect([name, shown.map(({ value }) => luccaIds.get(value)).sort()]).toEqual([
          name,
          expected.map((person) => person.id),
        ]);
      }
    });

    it('costs one write per person and two per group, and the one manager who is part of a circle', async () => {
      const { result, plan } = await push();
      const withMembers = plan?.summary.operations['change-members'] ?? 0;
      expect(result?.writes).toBe(provisioned(lucca).length + (plan?.summary.groups ?? 0) + withMembers + 1);
    });
  });

  it('is not asked anything when nothing has changed, although some people can have no account', async () => {
    await push();
    const { plan, requests } = await push();
    expect(plan?.summary.skipped).toMatchObject({ DUPLICATE_USERNAME: 2, MISSING_EMAIL: 1 });
    expect(plan?.operations).toEqual([]);
    expect(requests).toEqual([]);
  });

  it.each(EVENTS)('gets exactly what $what is worth', async ({ happen, writes }) => {
    await push();
    happen(lucca);
    const { requests, result } = await push();
    expect(result).toMatchObject({ failed: 0, writes: writes.length });
    expect((await inWords(requests)).sort()).toEqual([...writes].sort());
    expect((await push()).requests).toEqual([]);
  });

  it('gets the account of somebody who is rehired switched on again, not a second one', async () => {
    await push();
    const before = await userOf(106);
    lucca.edit.leave(106, { lastDay: YESTERDAY });
    await push();
    expect(await userOf(106)).toMatchObject({ id: before?.id, active: false });

    lucca.edit.rehire(106, { start: TODAY });
    const { plan, result } = await push();
    expect(plan?.summary.operations).toEqual({ 'reactivate-user': 1, 'change-members': 4 });
    expect(result).toMatchObject({ failed: 0, writes: 5 });
    expect(await userOf(106)).toMatchObject({ id: before?.id, active: true });
  });

  it('gets an account switched off in the gap before a rehire that Lucca shows already', async () => {
    lucca.edit.leave(106, { lastDay: TODAY });
    lucca.edit.rehire(106, { start: '2027-02-01' });
    await push();
    expect(await userOf(106)).toMatchObject({ active: true });

    lucca.clock.set('2026-11-20T23:30:00Z');
    await push();
    expect(await userOf(106)).toMatchObject({ active: false });
    expect((await push()).requests).toEqual([]);

    lucca.clock.set('2027-02-01T10:00:00Z');
    await push();
    expect(await userOf(106)).toMatchObject({ active: true });
  });

  it('exchanges nothing twice when it goes down half-way: the next run goes on where it stopped', async () => {
    target.goDownAfter(20);
    const first = await push();
    expect(first.error).toMatchObject({ exitCode: 1 });
    expect(first.result?.notReached).toBeGreaterThan(0);
    const made = await readAll(server, '/Users');
    expect(made).toHaveLength(20);

    target.comeUp();
    const second = await push();
    expect(second.result).toMatchObject({ failed: 0, stopped: null });
    expect(second.plan?.summary.operations['create-user']).toBe(provisioned(lucca).length - 20);
    const all = await readAll(server, '/Users');
    expect(all.map(({ externalId }) => externalId).sort()).toEqual(
      provisioned(lucca).map(({ id }) => String(id)),
    );
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    expect((await push()).requests).toEqual([]);
  });

  describe('one broken employee record', () => {
    const breakRow = (row: number) =>
      lucca.faults.add({
        kind: 'wrong-type',
        route: USERS,
        field: 'firstName',
        value: 7,
        row,
        times: Infinity,
      });

    it('is reported, and all the others arrive; once mended, that one too', async () => {
      breakRow(3);
      const first = await push();
      expect(first.codes).toContain('LUCCA_RECORD_INVALID 104');
      expect(first.result).toMatchObject({ failed: 0 });
      expect(await readAll(server, '/Users')).toHaveLength(provisioned(lucca).length - 1);

      lucca.faults.clear();
      const { plan, result } = await push();
      expect(plan?.summary.operations).toEqual({ 'create-user': 1, 'change-members': 4 });
      expect(result?.failed).toBe(0);
    });

    it('of somebody who has an account changes nothing, for them or for those whom they manage', async () => {
      await push();
      breakRow(2);
      const { codes, plan, requests } = await push();
      expect(codes).toContain('LUCCA_RECORD_INVALID 103');
      expect(plan?.summary.skipped).not.toHaveProperty('MISSING_FROM_READING');
      expect(requests).toEqual([]);
    });
  });
});

/** Whom the simulator itself says to be at work, without those who have no e-mail or share one; by id. */
function provisioned(lucca: LuccaSimulator): SimulatedPerson[] {
  const people = lucca.state.people().filter((person) => lucca.calendar.standing(person).status === 'active');
  const mails = people.map(({ mail }) => mail?.toLowerCase());
  return people
    .filter(
      ({ mail }) =>
        mail !== null && mails.indexOf(mail.toLowerCase()) === mails.lastIndexOf(mail.toLowerCase()),
    )
    .sort((a, b) => a.id - b.id);
}

function placeOf(lucca: LuccaSimulator, person: SimulatedPerson) {
  return lucca.calendar.standing(person).position.position;
}

function managerOf(user: JsonObject): string | undefined {
  const enterprise = user[ENTERPRISE_USER];
  const manager = isJsonObject(enterprise) ? enterprise.manager : undefined;
  return isJsonObject(manager) ? String(manager.value) : undefined;
}

import { afterEach, describe, expect, it } from 'vitest';
import { conflictId } from '../../src/identity/conflicts.js';
import { fightOver } from '../../src/identity/fights.js';
import { isJsonObject } from '../../src/json.js';
import { GROUP, USER } from '../../src/scim/schema.js';
import { USERS } from '../convergence/world.js';
import { pathsWritten, type SharedTarget, shareTarget } from './shared-target.js';

let world: SharedTarget;
afterEach(() => world.close());

const userPath = (luccaId: number) => `/Users/${world.account(luccaId).id}`;
const mailOf = (luccaId: number) => world.lucca.state.people().find(({ id }) => id === luccaId)?.mail ?? '';
/** The IdP asserts names at a sign-in. */
function signIn(luccaId: number, claims: Record<string, string>): Promise<unknown> {
  world.lucca.clock.advance({ minutes: 1 });
  const who = { sub: `sub-${luccaId}`, email: mailOf(luccaId), email_verified: true };
  return world.bridge.assert('idp:login', { ...who, ...claims });
}
/** What waits for a decision about the target. */
const disputes = async () =>
  (await world.bridge.steward.conflicts()).filter(
    ({ source, kind, state }) => (source === 'target:travel' || kind === 'fight') && state === 'open',
  );
const driftOf = ({ reconciliation }: Awaited<ReturnType<SharedTarget['push']>>) =>
  (reconciliation?.drift ?? []).map(({ label: _label, targetId: _id, subject: _subject, ...row }) => row);

describe('delta mode', () => {
  it('reads nothing from the target when nothing changed, and does not see what others did there', async () => {
    world = await shareTarget();
    await world.push();
    await world.edit(userPath(104), { title: 'Changed by hand' });
    const { reconciliation } = await world.push();
    expect(reconciliation).toBeNull();
    expect(world.requests()).toEqual([]);
    expect(world.account(104).title).toBe('Changed by hand');
  });

  it('asks anew what the target supports when the day is over, but only for something to send', async () => {
    world = await shareTarget();
    // After the last date that the company knows of.
    world.lucca.clock.advance({ days: 400 });
    await world.push();
    world.lucca.clock.advance({ hours: 25 });
    await world.push();
    expect(world.requests()).toEqual([]);
    world.lucca.edit.rename(104, { lastName: 'Other' });
    await world.push();
    expect(world.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /ServiceProviderConfig',
      'GET /ResourceTypes',
      'GET /Schemas',
      expect.stringMatching(/^PATCH .Users/),
    ]);
  });
});

describe('reconcile mode', () => {
  it('costs pages only, and writes nothing, when nothing changed on either side', async () => {
    world = await shareTarget();
    await world.push();
    const { reconciliation, plan } = await world.reconcile();
    expect(reconciliation).toMatchObject({
      coverage: [
        { kind: 'person', complete: true, refused: null },
        { kind: 'group', complete: true, refused: null },
      ],
      drift: [],
      vanished: [],
      unowned: [],
      shared: [],
    });
    expect(plan?.operations).toEqual([]);
    expect(world.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /Users',
      'GET /Groups',
    ]);
  });

  it('puts back what somebody changed, with the reason in words, in one write', async () => {
    world = await shareTarget();
    await world.push();
    const before = world.account(104).title;
    await world.edit(userPath(104), { title: 'Changed by hand' });
    const push = await world.reconcile();
    expect(driftOf(push)).toEqual([
      { kind: 'person', path: 'title', sent: before, shown: 'Changed by hand', verb: 'overwrite' },
    ]);
    expect(push.plan?.operations).toMatchObject([
      {
        kind: 'update-user',
        reason: 'changed on the target: title',
        changes: [{ path: 'title', before: 'Changed by hand', after: before }],
      },
    ]);
    expect(world.writes()).toHaveLength(1);
    expect(world.account(104).title).toBe(before);
    expect(driftOf(await world.reconcile())).toEqual([]);
  });

  it('switches on and off again whom somebody switched off or on', async () => {
    world = await shareTarget();
    await world.push();
    world.lucca.edit.leave(106, { lastDay: '2026-11-01' });
    await world.push();
    await world.edit(userPath(104), { active: false });
    await world.edit(userPath(106), { active: true });
    const { plan } = await world.reconcile();
    expect(plan?.operations.map(({ kind }) => kind).sort()).toEqual(['deactivate-user', 'reactivate-user']);
    expect([world.account(104).active, world.account(106).active]).toEqual([true, false]);
  });

  it('does for each attribute what was chosen, and the same the second time', async () => {
    world = await shareTarget({ drift: { default: 'ignore', title: 'overwrite', userType: 'ask' } });
    await world.push();
    const { title, userType, preferredLanguage } = world.account(104);
    expect([title, preferredLanguage]).not.toContain(undefined);
    for (const _ of [1, 2]) {
      await world.edit(userPath(104), { title: 'X', preferredLanguage: 'de' });
      const push = await world.reconcile();
      expect(driftOf(push).map(({ path, verb }) => `${verb} ${path}`)).toEqual(
        expect.arrayContaining(['overwrite title', 'ignore preferredLanguage']),
      );
      expect(world.account(104)).toMatchObject({ title, preferredLanguage: 'de' });
      expect(world.account(104).userType).toEqual(userType);
    }
  });

  it('asks where that was chosen, and leaves the value alone until somebody decides', async () => {
    world = await shareTarget({ drift: { title: 'ask' } });
    await world.push();
    await world.edit(userPath(104), { title: 'Changed by hand' });
    await world.reconcile();
    expect(await disputes()).toMatchObject([{ kind: 'drift', on: 'title', state: 'open' }]);
    world.lucca.edit.move(104, { jobTitle: 'Something else' });
    await world.push();
    await world.reconcile();
    expect(world.account(104).title).toBe('Changed by hand');
    await world.configure({ drift: 'overwrite' });
    await world.reconcile();
    expect(world.account(104).title).not.toBe('Changed by hand');
    expect(await disputes()).toEqual([]);
  });

  it('asks, and takes the value of the target where an admin settles that it is the owner', async () => {
    world = await shareTarget({ drift: { title: 'ask' } });
    await world.push();
    await world.edit(userPath(104), { title: 'Changed by hand' });
    await world.reconcile();
    const [conflict] = await disputes();
    const { steward } = world.bridge;
    await steward.settle(conflict?.id ?? '', { owner: 'target:travel', by: 'admin' });
    const { id } = await world.person(104);
    expect((await steward.explain(id)).values.find(({ path }) => path === 'title')).toMatchObject({
      value: 'Changed by hand',
      source: 'target:travel',
    });
    world.lucca.edit.move(104, { jobTitle: 'Something else' });
    await world.push();
    await world.edit(userPath(104), { title: 'Changed again' });
    await world.reconcile();
    expect(world.account(104).title).toBe('Changed again');
    const explained = await steward.explain(id);
    expect(explained.values.find(({ path }) => path === 'title')).toMatchObject({ value: 'Changed again' });
    expect(await disputes()).toEqual([]);
  });

  it('asks, and puts ours back with the next push where an admin settles that Lucca is the owner', async () => {
    world = await shareTarget({ drift: { title: 'ask' } });
    await world.push();
    const before = world.account(104).title;
    await world.edit(userPath(104), { title: 'Changed by hand' });
    await world.reconcile();
    const [conflict] = await disputes();
    await world.bridge.steward.settle(conflict?.id ?? '', { owner: 'lucca', by: 'admin' });
    await world.push();
    expect(world.account(104).title).toBe(before);
    for (const _ of [1, 2, 3, 4, 5]) {
      await world.edit(userPath(104), { title: 'Changed by hand' });
      await world.reconcile();
      expect(world.account(104).title).toBe(before);
    }
    expect(await disputes()).toEqual([]);
  });

  it('makes a vanished account anew, with its manager and groups, and says so', async () => {
    world = await shareTarget();
    await world.push();
    const { id } = world.account(104);
    await world.drop(userPath(104));
    const { reconciliation, plan } = await world.reconcile();
    expect(reconciliation?.vanished).toMatchObject([{ kind: 'person', targetId: id, recreated: true }]);
    expect(plan?.operations[0]).toMatchObject({
      kind: 'create-user',
      reason: 'the account has vanished from the target',
    });
    expect(world.account(104)).toMatchObject({ active: true });
    const { plan: next } = await world.reconcile();
    expect(next?.operations).toEqual([]);
  });

  it('only reports a vanished account where that was chosen', async () => {
    world = await shareTarget({ reconcile: { vanished: 'report' } });
    await world.push();
    await world.drop(userPath(104));
    const { reconciliation, plan } = await world.reconcile();
    expect(reconciliation?.vanished).toMatchObject([{ kind: 'person', recreated: false }]);
    expect(plan?.operations).toEqual([]);
  });

  it('and keeps to that when something about the person changes', async () => {
    world = await shareTarget({ reconcile: { vanished: 'report' } });
    await world.push();
    const accounts = world.target.users().length;
    await world.drop(userPath(104));
    world.lucca.edit.move(104, { jobTitle: 'Head of everything' });
    const { result } = await world.push();
    expect(result?.issues).toMatchObject([{ code: 'ACCOUNT_GONE' }]);
    expect(world.target.users()).toHaveLength(accounts - 1);
  });

  it('reports accounts of others, and never touches them', async () => {
    world = await shareTarget();
    await world.push();
    const stranger = await world.add('/Users', { schemas: [USER], userName: 'guest', title: 'Guest' });
    const { reconciliation } = await world.reconcile();
    expect(reconciliation?.unowned).toEqual([{ kind: 'person', targetId: stranger }]);
    expect(world.writes()).toEqual([]);
  });

  it.each(['skip', 'repeat'] as const)(
    'concludes nothing from pages that shift (%s)',
    async (shiftingPages) => {
      world = await shareTarget({ options: { paging: { pageSize: 5 } } });
      await world.push();
      world.target.switches.shiftingPages = shiftingPages;
      const { reconciliation, plan } = await world.reconcile();
      expect(reconciliation?.vanished).toEqual([]);
      expect(plan?.operations).toEqual([]);
    },
  );

  it('makes nothing anew when far too many are missing at once', async () => {
    world = await shareTarget();
    await world.push();
    const before = world.target.users().length;
    for (const { id } of world.target.users()) await world.drop(`/Users/${id}`);
    world.lucca.clock.advance({ minutes: 5 });
    const reconcile = async (options: { remake?: boolean }) =>
      (await world.bridge.push({ reconcile: true, ...options })).targets[0];
    const push = await reconcile({});
    expect(push?.reconciliation?.implausible).toMatchObject([{ kind: 'person' }]);
    expect(push?.plan?.operations.filter(({ kind }) => kind === 'create-user')).toEqual([]);
    expect(push?.error).toMatchObject({ code: 'TARGET_LOST_MOST', exitCode: 3 });
    expect((await world.bridge.plan({ reconcile: true })).targets[0]?.error).toMatchObject({
      code: 'TARGET_LOST_MOST',
    });
    expect(await reconcile({ remake: true })).toMatchObject({ error: null });
    expect(world.target.users()).toHaveLength(before);
  });

  it('adds members again whom somebody took out of a group, and leaves those whom somebody added', async () => {
    world = await shareTarget();
    await world.push();
    const stranger = await world.add('/Users', { schemas: [USER], userName: 'guest' });
    const group = world.target.groups().find(({ members }) => Array.isArray(members) && members.length > 2);
    const ours = Array.isArray(group?.members) ? group.members.filter(isJsonObject) : [];
    await world.edit(`/Groups/${group?.id}`, {
      members: [...ours.slice(1).map(({ value }) => ({ value })), { value: stranger }],
    });
    const { plan } = await world.reconcile();
    expect(plan?.operations).toMatchObject([{ reason: '1 join again: changed on the target' }]);
    expect(world.writes()).toHaveLength(1);
    const after = world.target.groups().find(({ id }) => id === group?.id)?.members;
    const values = (Array.isArray(after) ? after : []).filter(isJsonObject).map(({ value }) => value);
    expect(values.sort()).toEqual([...ours.map(({ value }) => value), stranger].sort());
  });

  it('compares nothing that a target which hides members and attributes does not show', async () => {
    world = await shareTarget({}, { switches: { hidesMembers: true, listOmits: ['title', 'phoneNumbers'] } });
    await world.push();
    const { plan, reconciliation } = await world.reconcile();
    expect(reconciliation?.drift).toEqual([]);
    expect(plan?.operations).toEqual([]);
  });

  it('reads ours singly where lists show less, and nobody else', async () => {
    const settings = { options: { lists: 'partial' } };
    world = await shareTarget(settings, { switches: { listOmits: ['title', 'members'] } });
    await world.push();
    const stranger = await world.add('/Users', { schemas: [USER], userName: 'guest' });
    await world.edit(userPath(104), { title: 'Changed by hand' });
    const outcome = await world.reconcile();
    expect(driftOf(outcome)).toMatchObject([{ path: 'title', shown: 'Changed by hand', verb: 'overwrite' }]);
    expect(outcome.plan?.notes).toEqual([]);
    expect(world.requests().map(({ path }) => path)).not.toContain(`/Users/${stranger}`);
  });

  it('sees on AWS whose title somebody took away, and says that no member can be verified', async () => {
    world = await shareTarget({ profile: 'aws-identity-center' }, { profile: 'aws-like' });
    await world.push();
    const { title: _, ...others } = world.account(104);
    world.target.backend.replace(USERS, String(others.id), { guard: () => {}, build: () => others });
    const outcome = await world.reconcile();
    expect(driftOf(outcome)).toMatchObject([{ path: 'title', verb: 'overwrite' }]);
    expect(outcome.plan?.notes).toContainEqual(expect.objectContaining({ code: 'MEMBERS_NOT_VERIFIED' }));
  });

  it('is done by the schedule as often as the settings say', async () => {
    world = await shareTarget({ reconcile: { everyHours: 24 } });
    const reads = async () => (await world.bridge.sync()).targets[0]?.reconciliation !== null;
    await world.push();
    expect(await reads()).toBe(true);
    expect(await reads()).toBe(false);
    world.lucca.clock.advance({ hours: 23 });
    expect(await reads()).toBe(false);
    world.lucca.clock.advance({ hours: 1 });
    expect(await reads()).toBe(true);
  });
});

describe('a target that writes in its own way', () => {
  it.each([
    ['keeps lower case', { lowerCases: ['userName', 'displayName', 'title'] }],
    ['drops attributes', { drops: ['title', 'preferredLanguage'] }],
    ['answers in other shapes', { otherShapes: true }],
    ['shows blanks', { blanks: ['nickName', 'title'] }],
  ])('and %s shows no drift, and no write is repeated', async (_, switches) => {
    world = await shareTarget({}, { switches });
    await world.push();
    for (const _round of [1, 2]) {
      const push = await world.reconcile();
      expect(driftOf(push)).toEqual([]);
      expect(world.writes()).toEqual([]);
    }
  });
});

describe('SSO that writes names and addresses on the target (R26)', () => {
  it('wins from then on, everywhere, and is never written over', async () => {
    world = await shareTarget();
    await world.push();
    const { id } = world.account(104);
    await world.edit(`/Users/${id}`, { 'name.givenName': 'Léa-Marie', displayName: 'Léa-Marie' });
    const push = await world.reconcile();
    expect(driftOf(push)).toMatchObject([
      { path: 'name.givenName', shown: 'Léa-Marie', verb: 'adopt' },
      { path: 'displayName', verb: 'adopt' },
    ]);
    expect(world.writes()).toEqual([]);
    const person = await world.person(104);
    expect(person.assertions['target:travel']).toMatchObject({
      sourceId: id,
      attributes: { name: { givenName: 'Léa-Marie' }, displayName: 'Léa-Marie' },
    });
    const explained = await world.bridge.explain(person.id);
    expect(JSON.stringify(explained)).toContain('target:travel');

    world.lucca.edit.rename(104, { firstName: 'Lea', lastName: 'NEUVE' });
    world.lucca.edit.move(104, { jobTitle: 'Head of everything' });
    await world.push();
    const written = pathsWritten(world.writes(), id);
    expect(written).toContain('title');
    expect(written).not.toContain('name.givenName');
    expect(written).not.toContain('displayName');
    expect(world.account(104)).toMatchObject({ name: { givenName: 'Léa-Marie' } });
    expect((await world.reconcile()).plan?.operations).toEqual([]);
  });

  it('is recognised in the answer to a write, without a request more', async () => {
    world = await shareTarget();
    await world.push();
    const { id } = world.account(104);
    await world.edit(`/Users/${id}`, { userName: 'lea.sso@acme.example' });
    world.lucca.edit.move(104, { jobTitle: 'Head of everything' });
    await world.push();
    expect(world.requests()).toHaveLength(1);
    expect((await world.person(104)).assertions['target:travel']?.attributes).toMatchObject({
      userName: 'lea.sso@acme.example',
    });
    world.lucca.edit.changeMail(104, 'other@acme.example');
    await world.push();
    expect(pathsWritten(world.writes(), id)).not.toContain('userName');
    expect(world.account(104).userName).toBe('lea.sso@acme.example');
  });

  it('is recognised in what is read before a PUT, which then does not write over it', async () => {
    world = await shareTarget({ options: { update: { verb: 'put' } } });
    await world.push();
    const { id } = world.account(104);
    await world.edit(`/Users/${id}`, { 'name.familyName': 'Mariée' });
    world.lucca.edit.rename(104, { lastName: 'NEUVE' });
    await world.push();
    expect(world.account(104)).toMatchObject({ name: { familyName: 'Mariée' } });
    expect((await world.person(104)).assertions['target:travel']?.attributes).toMatchObject({
      name: { familyName: 'Mariée' },
    });
    // The display name, which SSO left alone, follows its parts (R12).
    await world.push();
    expect(world.account(104)).toMatchObject({ displayName: 'Léa Mariée', name: { familyName: 'Mariée' } });
    expect((await world.reconcile()).plan?.operations).toEqual([]);
  });

  it('is recognised where a PUT holds all of ours, too', async () => {
    world = await shareTarget({ options: { update: { verb: 'put', put: 'full' } } });
    await world.push();
    await world.edit(userPath(104), { 'name.familyName': 'Mariée' });
    world.lucca.edit.move(104, { jobTitle: 'Head of everything' });
    await world.push();
    expect(world.account(104)).toMatchObject({ name: { familyName: 'Mariée' }, title: 'Head of everything' });
    expect((await world.person(104)).assertions['target:travel']?.attributes).toMatchObject({
      name: { familyName: 'Mariée' },
    });
  });

  it('gives way to what a source of higher precedence says anew, and to nothing that it had said before', async () => {
    world = await shareTarget();
    await world.push();
    const { id } = world.account(104);
    await signIn(104, { family_name: 'Standing' });
    await world.push();
    expect(world.account(104)).toMatchObject({ name: { familyName: 'Standing' } });
    await world.edit(`/Users/${id}`, { 'name.familyName': 'Theirs' });
    await world.reconcile();
    await signIn(104, { family_name: 'Standing' });
    await world.reconcile();
    expect(world.account(104)).toMatchObject({ name: { familyName: 'Theirs' } });
    await signIn(104, { family_name: 'New' });
    await world.push();
    expect(pathsWritten(world.writes(), id).sort()).toEqual(['displayName', 'name.familyName']);
    expect(world.account(104)).toMatchObject({ name: { familyName: 'New' } });
    expect((await world.reconcile()).plan?.operations).toEqual([]);
  });

  it('that flips back whatever the IdP says anew is a fight after three times', async () => {
    world = await shareTarget();
    await world.push();
    const { id } = world.account(104);
    const written: number[] = [];
    for (const round of [1, 2, 3, 4, 5, 6]) {
      await world.edit(`/Users/${id}`, { displayName: 'Theirs' });
      await world.reconcile();
      await signIn(104, { name: `Ours ${round}` });
      await world.push();
      written.push(pathsWritten(world.writes(), id).filter((path) => path === 'displayName').length);
    }
    expect(written).toEqual([1, 1, 1, 1, 0, 0]);
    expect((await world.bridge.steward.conflicts()).map(({ kind, on }) => `${kind} ${on}`)).toContain(
      'fight displayName',
    );
  });

  it('loses again what an admin hands back to Lucca', async () => {
    world = await shareTarget();
    await world.push();
    const { id, displayName } = world.account(104);
    await world.edit(`/Users/${id}`, { displayName: 'Somebody' });
    await world.reconcile();
    const person = await world.person(104);
    await world.bridge.steward.handBack(person.id, { source: 'target:travel' });
    await world.push();
    expect(pathsWritten(world.writes(), id)).toEqual(['displayName']);
    expect(world.account(104).displayName).toBe(displayName);
  });

  it('is drift like any other where sso is off', async () => {
    world = await shareTarget({ sso: 'off' });
    await world.push();
    const { id, displayName } = world.account(104);
    await world.edit(`/Users/${id}`, { displayName: 'Somebody' });
    await world.reconcile();
    expect(world.account(104).displayName).toBe(displayName);
    expect((await world.person(104)).assertions['target:travel']).toBeUndefined();
  });

  it('that writes a name back more than three times is a conflict, not traffic', async () => {
    world = await shareTarget({ sso: 'off' });
    await world.push();
    const { id } = world.account(104);
    const written: number[] = [];
    for (const _ of [1, 2, 3, 4, 5]) {
      await world.edit(`/Users/${id}`, { displayName: 'Somebody' });
      await world.reconcile();
      written.push(world.writes().length);
    }
    expect(written).toEqual([1, 1, 1, 0, 0]);
    expect(await disputes()).toMatchObject([{ kind: 'fight', on: 'displayName', state: 'open' }]);
    world.lucca.edit.rename(104, { firstName: 'Lea', lastName: 'NEUVE' });
    await world.push();
    expect(pathsWritten(world.writes(), id)).not.toContain('displayName');

    // Settled, it is written again, and no more said about it.
    const [conflict] = await disputes();
    await world.bridge.steward.settle(conflict?.id ?? '', { owner: 'lucca', by: 'admin' });
    await world.push();
    expect(pathsWritten(world.writes(), id)).toContain('displayName');
    expect(await disputes()).toEqual([]);
  });

  it('is one conflict with the fight that IdPs have over the same value, until nobody fights any more', async () => {
    world = await shareTarget({ sso: 'off' });
    await world.push();
    const { id } = world.account(104);
    const fight = async () => {
      await world.edit(`/Users/${id}`, { displayName: 'Somebody' });
      await world.reconcile();
    };
    for (const _ of [1, 2, 3, 4]) await fight();
    const person = await world.person(104);
    const finding = fightOver('displayName', person.id);
    expect((await disputes()).map((conflict) => conflict.id)).toEqual([conflictId(finding)]);
    await world.configure({ sso: 'off', drift: 'ignore' });
    await world.reconcile();
    expect(await disputes()).toEqual([]);
  });

  it('says the work e-mail where userName is the e-mail', async () => {
    world = await shareTarget({ options: { userName: 'work-email', attributes: { drop: ['emails'] } } });
    await world.push();
    await world.edit(userPath(104), { userName: 'lea.sso@acme.example' });
    await world.reconcile();
    expect((await world.person(104)).assertions['target:travel']?.attributes).toMatchObject({
      emails: [{ value: 'lea.sso@acme.example', type: 'work' }],
    });
    expect((await world.reconcile()).plan?.operations).toEqual([]);
  });
});

describe('a group that somebody renames over and over', () => {
  it('gets its name back three times, and then is left alone', async () => {
    world = await shareTarget();
    await world.push();
    const name = String(world.lucca.state.departments.get(31)?.name);
    const { id } = world.group(name);
    const written: number[] = [];
    const found: boolean[] = [];
    for (const _ of [1, 2, 3, 4, 5]) {
      await world.edit(`/Groups/${id}`, { displayName: 'Renamed' });
      const { plan } = await world.reconcile();
      written.push(world.writes().length);
      found.push(plan?.notes.some(({ code }) => code === 'GROUP_FIGHT') ?? false);
    }
    expect(written).toEqual([1, 1, 1, 0, 0]);
    expect(found).toEqual([false, false, false, true, true]);
  });
});

describe('attributes that are written on creation only, or never', () => {
  it('sso: beside sets that up for what an IdP provisions too', async () => {
    world = await shareTarget({ sso: 'beside' });
    await world.push();
    const { id, userName } = world.account(104);
    expect(userName).toBeDefined();
    world.lucca.edit.rename(104, { firstName: 'Lea', lastName: 'NEUVE' });
    world.lucca.edit.changeMail(104, 'lea.neuve@acme.example');
    world.lucca.edit.move(104, { jobTitle: 'Head of everything' });
    await world.push();
    expect(pathsWritten(world.writes(), id)).toEqual(['title']);
    await world.edit(`/Users/${id}`, { 'name.familyName': 'From the IdP' });
    await world.reconcile();
    expect(world.writes()).toEqual([]);
  });

  it('an attribute set to never is in no body and is compared with nothing', async () => {
    world = await shareTarget({ attributes: { title: 'never', preferredLanguage: 'on-create-only' } });
    await world.push();
    const { id, title, preferredLanguage } = world.account(104);
    expect([title, typeof preferredLanguage]).toEqual([undefined, 'string']);
    await world.edit(`/Users/${id}`, { title: 'By hand', preferredLanguage: 'de' });
    expect(driftOf(await world.reconcile())).toEqual([]);
    expect(world.writes()).toEqual([]);
  });

  it('an account that is adopted keeps its own', async () => {
    world = await shareTarget({ sso: 'beside' });
    const id = await world.add('/Users', { schemas: [USER], userName: mailOf(104), displayName: 'JIT' });
    await world.push();
    expect(world.target.users().find((user) => user.id === id)).toMatchObject({
      displayName: 'JIT',
      externalId: '104',
    });
    expect(pathsWritten(world.writes(), id)).not.toContain('displayName');
    expect((await world.reconcile()).plan?.operations).toEqual([]);
  });
});

describe('what is not ours (R22)', () => {
  it('a group of others stays as it is, even with the name of one of ours', async () => {
    world = await shareTarget();
    const name = String(world.lucca.state.departments.get(31)?.name);
    const id = await world.add('/Groups', { schemas: [GROUP], displayName: name });
    const theirs = () => world.target.groups().find((group) => group.id === id);
    const before = theirs();
    const { plan } = await world.push();
    expect(plan?.skipped).toContainEqual(expect.objectContaining({ code: 'GROUP_NAME_TAKEN' }));
    const { reconciliation } = await world.reconcile();
    expect(reconciliation?.unowned).toContainEqual({ kind: 'group', targetId: id });
    expect(theirs()).toEqual(before);
  });

  it('upsert-only deactivates nobody and removes nothing', async () => {
    world = await shareTarget({ mode: 'upsert-only' });
    await world.push();
    const members = () => world.target.groups().map((group) => group.members);
    const before = members();
    world.lucca.edit.leave(106, { lastDay: '2026-11-01' });
    const { plan } = await world.push();
    expect(plan?.skipped).toContainEqual(expect.objectContaining({ code: 'DEACTIVATION_OFF' }));
    expect(world.writes()).toEqual([]);
    expect(members()).toEqual(before);
    expect(world.account(106).active).toBe(true);
  });

  it('membership-only finds people and groups, and writes nothing but members', async () => {
    world = await shareTarget({ mode: 'membership-only' });
    const id = await world.add('/Users', { schemas: [USER], userName: mailOf(104), title: 'Theirs' });
    const department = world.lucca.state.departments.get(31);
    const group = await world.add('/Groups', {
      schemas: [GROUP],
      displayName: String(department?.name),
    });
    const { plan } = await world.push();
    expect(plan?.skipped.filter(({ code }) => code === 'NOT_ON_TARGET').length).toBeGreaterThan(10);
    expect(world.writes().map(({ path }) => path)).toEqual([`/Groups/${group}`]);
    expect(world.target.groups()).toMatchObject([{ members: [{ value: id }] }]);
    expect(world.target.users()).toMatchObject([{ id, title: 'Theirs' }]);
    expect(world.target.users()[0]).not.toHaveProperty('externalId');
    const { plan: again } = await world.reconcile();
    expect(again?.operations).toEqual([]);
  });
});

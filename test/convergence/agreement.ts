/** Whether a target holds what it should: everybody who works, once, as the effective directory has them, and nothing else touched. */
import { isDeepStrictEqual } from 'node:util';
import { explainUser } from '../../src/identity/explain.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { resolveUser } from '../../src/identity/resolve.js';
import { type CompiledRules, compileRules } from '../../src/identity/rules.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.js';
import { pushesGroups } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { createGroupShaper } from '../../src/push/shape/group-body.js';
import { createUserShaper } from '../../src/push/shape/user-body.js';
import { COLLECTIONS } from '../../src/server/bridge/collections.js';
import { listIdpGroups } from '../../src/server/bridge/idp-groups.js';
import type { RunReport, TargetPush } from '../../src/sync/run.js';
import type { CapabilityRecord } from '../../src/sync/state.js';
import { changePath, mapStrings, readPath } from '../../src/testing/target/bodies.js';
import { PRESETS, type PresetName } from '../../src/testing/target/index.js';
import { IDP, OPTIONS, TARGET, TENANT, type World } from './world.js';

/** Everything that is not as it should be, in words; empty when all is well. */
export async function findDisagreements(
  world: World,
  member: PresetName,
  report: RunReport<TargetPush>,
  foreign: ReadonlyMap<string, JsonObject>,
): Promise<string[]> {
  const { lucca, target, store } = world;
  const profile = loadProfile(PRESETS[member].profile, OPTIONS[member]);
  const found = await store.collection<CapabilityRecord>(TENANT, 'capabilities').get(TARGET);
  if (found === undefined) return ['the target was never discovered'];
  const shaper = createUserShaper(profile, found.capabilities);
  const rules = compileRules();
  const wrong: string[] = [];

  const users = target.users().filter(({ id }) => !foreign.has(String(id)));
  for (const [id, before] of foreign) {
    const now = [...target.users(), ...target.groups()].find((row) => row.id === id);
    if (!isDeepStrictEqual(withoutMeta(now), withoutMeta(before))) wrong.push(`foreign ${id} was touched`);
  }

  const accountOf = new Map<string, JsonObject>();
  for (const user of users) {
    const key = String(user.externalId);
    if (accountOf.has(key)) wrong.push(`${key} was made twice`);
    accountOf.set(key, user);
  }

  const unclaimed = new Set(accountOf.keys());
  const keyOf = new Map<string, string>();
  const activeIds = new Map<string, string>();
  const accountIds = new Map<string, string>();
  const people = new Map<string, PersonRecord>();
  /** Whom only the IdP knows. */
  const strangers: PersonRecord[] = [];
  for await (const person of store.collection<PersonRecord>(TENANT, 'people').list()) {
    if (person.lucca === null) strangers.push(person);
    else people.set(String(person.lucca.luccaId), person);
  }
  const onceOnly = Object.keys(profile.attributes.modes).filter(
    (path) => profile.attributes.modes[path] === 'on-create-only',
  );
  const names: string[] = [];
  const mails: string[] = [];
  /** Who works and has no account. */
  const absent: { key: string; name: string; mails: string[] }[] = [];
  const leavers: Naming[] = [];
  const bodies = new Map<string, { body: JsonObject; managerId: string | null; theirs: string[] }>();
  for (const person of lucca.state.people()) {
    const record = people.get(String(person.id));
    const isWorking = lucca.calendar.standing(person).status === 'active';
    if (record === undefined) {
      if (isWorking) wrong.push(`${person.id} is not known`);
      continue;
    }
    const effective = resolveUser(record, rules, report.at);
    const { body, managerId, faults } = shaper.shape(effective, record.id);
    const key = String(body.externalId);
    unclaimed.delete(key);
    if (faults.some(({ severity }) => severity === 'error')) continue;
    names.push(nameOf(body));
    mails.push(...mailsOf(body));
    keyOf.set(record.id, key);
    const account = accountOf.get(key);
    if (account !== undefined) accountIds.set(record.id, String(account.id));
    // An IdP may keep somebody out who works.
    if (!isWorking || effective.active === false) {
      if (account !== undefined && account.active !== false) wrong.push(`${key} has left and is active`);
      if (account !== undefined) leavers.push({ id: record.id, wants: nameOf(body), has: nameOf(account) });
      continue;
    }
    if (account === undefined) {
      // Where names are never written again, one that its owner outgrew stays taken.
      if (onceOnly.includes('userName') && users.some((user) => nameOf(user) === nameOf(body))) continue;
      absent.push({ key, name: nameOf(body), mails: mailsOf(body) });
      continue;
    }
    activeIds.set(record.id, String(account.id));
    bodies.set(record.id, {
      body: asHeld(world, body),
      managerId,
      theirs: ownedByTarget(record, account, rules, report.at),
    });
  }
  for (const stranger of strangers) {
    const effective = resolveUser(stranger, rules, report.at);
    const { body, faults } = shaper.shape(effective, stranger.id);
    const key = String(body.externalId);
    unclaimed.delete(key);
    const account = accountOf.get(key);
    const isHeard = stranger.assertions[IDP]?.deletedAt === undefined;
    if (isHeard && faults.some(({ severity }) => severity === 'error')) continue;
    const isWanted = isHeard && effective.active !== false;
    if (isWanted) names.push(nameOf(body));
    else if (account !== undefined) names.push(nameOf(account));
    if (isWanted) mails.push(...mailsOf(body));
    if (account !== undefined) accountIds.set(stranger.id, String(account.id));
    if (isWanted && account === undefined) wrong.push(`${key} is known to the IdP and has no account`);
    if (!isWanted && account !== undefined && account.active !== false)
      wrong.push(`${key} is known to nobody any more and is active`);
  }
  for (const key of unclaimed) wrong.push(`the account ${key} is nobody's`);
  const workers = [...bodies].map(([id, { body }]) => ({
    id,
    wants: nameOf(body),
    has: nameOf(accountOf.get(keyOf.get(id) ?? '') ?? {}),
  }));
  const stuck = findStuck([...workers, ...leavers], names);
  const taken = new Set([...workers, ...leavers].flatMap(({ id, has }) => (stuck.has(id) ? [has] : [])));
  for (const { key, name, mails: own } of absent) {
    // Nobody is made with a name or an address that somebody else has or wants too.
    const isShared = count(names, name) > 1 || own.some((mail) => count(mails, mail) > 1);
    if (!isShared && !taken.has(name)) wrong.push(`${key} works and has no account`);
  }
  for (const [id, { body, managerId, theirs }] of bodies) {
    if (stuck.has(id)) continue;
    const account = accountOf.get(keyOf.get(id) ?? '') ?? {};
    const manager = managerId === null ? undefined : activeIds.get(managerId);
    const expected =
      manager === undefined || managerId === id ? body : asHeld(world, shaper.withManager(body, manager));
    for (const difference of differences(expected, account, managerId !== null && manager === undefined, [
      ...onceOnly,
      ...theirs,
    ])) {
      wrong.push(`${keyOf.get(id)}: ${difference}`);
    }
  }
  if (!pushesGroups(profile, found.capabilities)) return wrong;

  const shapeGroup = createGroupShaper(profile, found.capabilities);
  const poisoned = world.target.switches.poisonedMember;
  const refused = poisoned === null ? undefined : target.users()[poisoned - 1]?.id;
  const groups = target.groups().filter(({ id }) => !foreign.has(String(id)));
  const ofIdps = await listIdpGroups(store.collection(TENANT, COLLECTIONS.idpGroups));
  const wanted = [
    ...report.translation.groups.map((group) => ({ ...group, ids: activeIds })),
    // An IdP may list whom it likes.
    ...ofIdps.map((group) => ({ ...group, ids: accountIds })),
  ];
  const ownerless = new Map(groups.map((group) => [String(group.externalId), group]));
  for (const { id, attributes, members, ids } of wanted) {
    const { body } = shapeGroup(attributes, id);
    ownerless.delete(String(body.externalId));
    const same = groups.filter((group) => group.externalId === body.externalId);
    if (same.length !== 1) {
      wrong.push(`${same.length} groups are ${String(body.externalId)}`);
      continue;
    }
    const listed = Array.isArray(same[0]?.members) ? same[0].members.filter(isJsonObject) : [];
    const shown = listed.map(({ value }) => String(value)).filter((value) => !foreign.has(value));
    const expected = members.flatMap((member) => ids.get(member) ?? []).filter((value) => value !== refused);
    if (!isDeepStrictEqual(shown.sort(), expected.sort())) {
      wrong.push(`${String(body.externalId)} has ${shown.length} members instead of ${expected.length}`);
    }
  }
  for (const [key, { members }] of ownerless) {
    if (Array.isArray(members) && members.length > 0) wrong.push(`${key} was let go, and has members`);
  }
  return wrong;
}

/** What SSO wrote on the target, and no source of higher precedence has said anything about since. */
function ownedByTarget(
  { links, ...person }: PersonRecord,
  account: JsonObject,
  rules: CompiledRules,
  at: string,
): string[] {
  const said = explainUser({ links, ...person }, rules, at);
  return Object.entries(links[TARGET]?.drift ?? {}).flatMap(([path, note]) => {
    const voices = said.filter((value) => value.path === path);
    const isOld = voices.every(
      ({ source, since }) => source === `target:${TARGET}` || String(since) <= note.at,
    );
    const isThere = isDeepStrictEqual(readPath(account, path), note.shown);
    return note.verb === 'adopt' && isOld && isThere ? [path] : [];
  });
}

interface Naming {
  id: string;
  wants: string;
  has: string;
}

/**
 * Two people who want one userName are left as they are until somebody decides, and so is whoever waits for a name that one of
 * them has: leavers too, who make way only for a name of their own.
 */
function findStuck(people: readonly Naming[], names: readonly string[]): Set<string> {
  const claims = new Map<string, number>();
  for (const name of names) claims.set(name, (claims.get(name) ?? 0) + 1);
  const stuck = new Set(people.filter(({ wants }) => (claims.get(wants) ?? 0) > 1).map(({ id }) => id));
  for (let before = -1; before !== stuck.size; ) {
    before = stuck.size;
    const held = new Set(people.filter(({ id }) => stuck.has(id)).map(({ has }) => has));
    for (const { id, wants, has } of people) if (held.has(wants) && has !== wants) stuck.add(id);
  }
  return stuck;
}

function nameOf({ userName }: JsonObject): string {
  return String(userName).toLowerCase();
}

function mailsOf({ emails }: JsonObject): string[] {
  const rows = Array.isArray(emails) ? emails.filter(isJsonObject) : [];
  return rows.map(({ value }) => String(value).toLowerCase());
}

function count(texts: readonly string[], text: string): number {
  return texts.filter((one) => one === text).length;
}

function withoutMeta(resource: JsonObject | undefined): JsonObject | undefined {
  if (resource === undefined) return undefined;
  const { meta: _, groups: __, ...others } = resource;
  return others;
}

/** A body as the member of the zoo keeps it. */
function asHeld({ target }: World, body: JsonObject): JsonObject {
  const { drops, lowerCases } = target.switches;
  const dropped = drops.reduce((left, path) => changePath(left, path, () => undefined), body);
  return lowerCases.reduce(
    (left, path) => changePath(left, path, (value) => mapStrings(value, (text) => text.toLowerCase())),
    dropped,
  );
}

/** A manager who has left may stay or go. */
function differences(
  expected: JsonObject,
  account: JsonObject,
  isManagerFree: boolean,
  onceOnly: string[],
): string[] {
  const paths = new Set([...pathsOf(expected), ...pathsOf(account)]);
  return [...paths]
    .filter((path) => {
      if (isManagerFree && path.endsWith(':manager')) return false;
      if (onceOnly.includes(path)) return false;
      return !same(readPath(expected, path), readPath(account, path));
    })
    .map(
      (path) =>
        `${path} is ${JSON.stringify(readPath(account, path))} instead of ${JSON.stringify(readPath(expected, path))}`,
    );
}

const ENVELOPE = new Set(['schemas', 'id', 'meta', 'groups']);

function pathsOf(resource: JsonObject): string[] {
  return Object.entries(resource).flatMap(([key, value]) => {
    if (ENVELOPE.has(key)) return [];
    if (!isJsonObject(value)) return [key];
    return Object.keys(value).map((inner) =>
      key.startsWith('urn:') ? `${key}:${inner}` : `${key}.${inner}`,
    );
  });
}

/** Equal but for spellings: booleans as text, blanks, what the server adds to a value. */
function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

function plain(value: JsonValue | undefined): unknown {
  if (value === null || value === '') return undefined;
  if (Array.isArray(value))
    return value.map(plain).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (!isJsonObject(value))
    return /^(true|false)$/i.test(String(value)) ? String(value).toLowerCase() : value;
  const { $ref: _, displayName: __, ...others } = value;
  const kept = Object.entries(others).filter(
    ([key, item]) => plain(item) !== undefined && !(key === 'primary' && String(item) !== 'true'),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, plain(item)]));
}

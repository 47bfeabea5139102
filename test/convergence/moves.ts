/** What may happen between two runs: in Lucca, in the IdP, at sign-in. Each move says in a few words what it did. */
import type { PersonRecord } from '../../src/identity/person.js';
import { isJsonObject } from '../../src/json.js';
import { PATCH_OP } from '../../src/scim/patch/request.js';
import { GROUP, USER } from '../../src/scim/schema.js';
import { COLLECTIONS } from '../../src/server/bridge/collections.js';
import { listIdpGroups } from '../../src/server/bridge/idp-groups.js';
import type { Person } from '../../src/testing/lucca/company.js';
import type { Random } from '../../src/testing/lucca/random.js';
import { edit, GROUPS, IDP, TARGET, TENANT, USERS, uproot, type World } from './world.js';

export type Move = (world: World, random: Random) => Promise<string> | string;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DAY_MS = 86_400_000;

/** By name, with how often each is chosen beside the others. */
export const MOVES: Readonly<Record<string, { play: Move; weight: number }>> = {
  hire: { play: hire, weight: 3 },
  leave: { play: leave, weight: 3 },
  rehire: { play: rehire, weight: 2 },
  rename: { play: rename, weight: 3 },
  changeMail: { play: changeMail, weight: 2 },
  passMailOn: { play: passMailOn, weight: 2 },
  swapMails: { play: swapMails, weight: 2 },
  changeTitle: { play: changeTitle, weight: 3 },
  changeDepartment: { play: changeDepartment, weight: 3 },
  changeManager: { play: changeManager, weight: 3 },
  changeCostCenter: { play: changeCostCenter, weight: 2 },
  renameDepartment: { play: renameDepartment, weight: 1 },
  renameCostCenter: { play: renameCostCenter, weight: 1 },
  signIn: { play: signIn, weight: 3 },
  idpWrites: { play: idpWrites, weight: 3 },
  idpHires: { play: idpHires, weight: 2 },
  idpDeletes: { play: idpDeletes, weight: 1 },
  hireKnown: { play: hireKnown, weight: 1 },
  idpWithdraws: { play: idpWithdraws, weight: 1 },
  idpMakesGroup: { play: idpMakesGroup, weight: 1 },
  idpChangesGroup: { play: idpChangesGroup, weight: 2 },
  idpDeletesGroup: { play: idpDeletesGroup, weight: 1 },
  ssoWrites: { play: ssoWrites, weight: 3 },
  accountVanishes: { play: accountVanishes, weight: 1 },
  groupVanishes: { play: groupVanishes, weight: 1 },
  waitADay: { play: waitADay, weight: 2 },
};

function word(random: Random, length = 7): string {
  const letters = Array.from({ length }, () => random.pick([...LETTERS])).join('');
  return letters[0]?.toUpperCase() + letters.slice(1);
}

const mailOf = (random: Random): string => `${word(random, 9).toLowerCase()}@acme.example`;

function working({ lucca }: World): Person[] {
  return lucca.state.people().filter((person) => lucca.calendar.standing(person).status === 'active');
}

function hire({ lucca }: World, random: Random): string {
  const people = lucca.state.people();
  if (people.length > 30) return 'nobody hired: full';
  const manager = random.chance(0.7) ? random.pick(people).id : null;
  const [firstName, lastName] = [word(random), word(random)];
  const { subject } = lucca.edit.hire({ firstName, lastName, mail: mailOf(random), managerId: manager });
  return `hired ${subject.id} under ${manager}`;
}

function leave(world: World, random: Random): string {
  const people = working(world);
  if (people.length < 8) return 'nobody left: too few';
  const { id } = random.pick(people);
  const lastDay = new Date(world.clock.now() - 2 * DAY_MS).toISOString().slice(0, 10);
  return attempt(() => world.lucca.edit.leave(id, { lastDay }), `${id} left on ${lastDay}`);
}

function rehire(world: World, random: Random): string {
  const gone = world.lucca.state.people().filter((person) => !working(world).includes(person));
  if (gone.length === 0) return 'nobody to come back';
  const { id } = random.pick(gone);
  return attempt(() => world.lucca.edit.rehire(id), `${id} came back`);
}

function rename(world: World, random: Random): string {
  const { id } = random.pick(working(world));
  world.lucca.edit.rename(id, { lastName: word(random) });
  return `renamed ${id}`;
}

function changeMail(world: World, random: Random): string {
  const { id } = random.pick(working(world));
  world.lucca.edit.changeMail(id, mailOf(random));
  return `another mail for ${id}`;
}

/** Somebody gets the address that somebody else gives up. */
function passMailOn(world: World, random: Random): string {
  const people = working(world);
  const [a, b] = [random.pick(people), random.pick(people)];
  if (a.id === b.id) return 'no mail passed on';
  world.lucca.edit.changeMail(a.id, mailOf(random));
  world.lucca.edit.changeMail(b.id, a.mail);
  return `the mail of ${a.id} passed on to ${b.id}`;
}

function swapMails(world: World, random: Random): string {
  const people = working(world);
  const [a, b] = [random.pick(people), random.pick(people)];
  world.lucca.edit.changeMail(a.id, b.mail);
  world.lucca.edit.changeMail(b.id, a.mail);
  return `mails swapped: ${a.id} and ${b.id}`;
}

function changeTitle(world: World, random: Random): string {
  const { id } = random.pick(working(world));
  world.lucca.edit.move(id, { jobTitle: random.chance(0.2) ? null : word(random) });
  return `another title for ${id}`;
}

function changeDepartment(world: World, random: Random): string {
  const { id } = random.pick(working(world));
  const live = [...world.lucca.state.departments.values()].filter(({ archived }) => !archived);
  const departmentId = random.pick(live).id;
  world.lucca.edit.move(id, { departmentId });
  return `${id} moved to department ${departmentId}`;
}

function changeManager(world: World, random: Random): string {
  const people = working(world);
  const { id } = random.pick(people);
  const managerId = random.chance(0.2) ? null : random.pick(people).id;
  world.lucca.edit.move(id, { managerId });
  return `${id} has the manager ${managerId}`;
}

function changeCostCenter(world: World, random: Random): string {
  const { id } = random.pick(working(world));
  const axis = world.lucca.state.company.costCenterAxisId;
  const sections = [...world.lucca.state.sections.values()].filter(
    (row) => row.axisId === axis && row.active,
  );
  world.lucca.edit.move(id, { costCenterId: random.pick(sections).id });
  return `another cost centre for ${id}`;
}

function renameDepartment(world: World, random: Random): string {
  const { id } = random.pick([...world.lucca.state.departments.values()]);
  world.lucca.edit.editDepartment(id, { name: word(random) });
  return `another name for department ${id}`;
}

function renameCostCenter(world: World, random: Random): string {
  const axis = world.lucca.state.company.costCenterAxisId;
  const sections = [...world.lucca.state.sections.values()].filter((row) => row.axisId === axis);
  const { id } = random.pick(sections);
  world.lucca.edit.editSection(id, { name: word(random) });
  return `another name for cost centre ${id}`;
}

async function signIn(world: World, random: Random): Promise<string> {
  const person = await anyone(world, random);
  const { mail = null, id } = world.lucca.state.person(Number(person?.lucca?.luccaId)) ?? {};
  if (mail === null) return 'no sign-in without mail';
  const { outcome } = await world.bridge.assert('idp:login', {
    sub: `sub-${id}`,
    email: mail,
    email_verified: true,
    given_name: word(random),
    family_name: word(random),
  });
  return `${id} signed in: ${outcome}`;
}

async function everybody({ store }: World): Promise<PersonRecord[]> {
  const people: PersonRecord[] = [];
  for await (const person of store.collection<PersonRecord>(TENANT, 'people').list()) people.push(person);
  return people;
}

/** A person of Lucca's who is known. Time passes, so that what is said now is newer than what the last run saw. */
async function anyone(world: World, random: Random): Promise<PersonRecord | undefined> {
  world.lucca.clock.advance({ minutes: 2 });
  const people = (await everybody(world)).filter(({ lucca }) => lucca !== null);
  // Bridge ids depend on the address of the simulator, so they are no order to pick from.
  people.sort((a, b) => Number(a.lucca?.luccaId) - Number(b.lucca?.luccaId));
  return people.length === 0 ? undefined : random.pick(people);
}

async function idpWrites(world: World, random: Random): Promise<string> {
  const person = await anyone(world, random);
  if (person === undefined) return 'the IdP knows nobody yet';
  const operation = random.pick([
    { op: 'replace', path: 'name.familyName', value: word(random) },
    { op: 'replace', path: 'displayName', value: word(random) },
    { op: 'add', path: 'nickName', value: word(random) },
    { op: 'replace', path: 'userName', value: mailOf(random) },
  ]);
  return `the IdP writes ${operation.path} of ${person.lucca?.luccaId}: ${await world.idp(person.id, [operation])}`;
}

/** The IdP makes somebody whom Lucca does not know, or does not know yet. */
async function idpHires(world: World, random: Random): Promise<string> {
  world.lucca.clock.advance({ minutes: 2 });
  const userName = mailOf(random);
  const { status } = await world.askAsIdp('POST', '/Users', {
    schemas: [USER],
    userName,
    name: { givenName: word(random), familyName: word(random) },
    emails: [{ value: userName, type: 'work', primary: true }],
    active: random.chance(0.8),
  });
  return `the IdP makes ${userName}: ${status}`;
}

async function idpDeletes(world: World, random: Random): Promise<string> {
  const stranger = await oneOfIdpAlone(world, random);
  if (stranger === undefined) return 'the IdP has nobody of its own to delete';
  const { status } = await world.askAsIdp('DELETE', `/Users/${stranger.id}`);
  return `the IdP deletes ${stranger.id}: ${status}`;
}

/** Lucca comes to know somebody whom the IdP made. */
async function hireKnown(world: World, random: Random): Promise<string> {
  const stranger = await oneOfIdpAlone(world, random);
  const mail = stranger?.assertions[IDP]?.attributes.userName;
  const isTwin = world.lucca.state.people().some((person) => person.mail === mail);
  if (typeof mail !== 'string' || isTwin) return 'nobody whom the IdP alone knows is hired';
  const { subject } = world.lucca.edit.hire({ firstName: word(random), lastName: word(random), mail });
  return `hired ${subject.id}, whom the IdP knows as ${mail}`;
}

async function oneOfIdpAlone(world: World, random: Random): Promise<PersonRecord | undefined> {
  world.lucca.clock.advance({ minutes: 2 });
  const strangers = (await everybody(world)).filter(({ lucca }) => lucca === null);
  strangers.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  return strangers.length === 0 ? undefined : random.pick(strangers);
}

async function idpWithdraws(world: World, random: Random): Promise<string> {
  const person = await anyone(world, random);
  if (person === undefined) return 'the IdP knows nobody yet';
  const path = random.pick(['name.familyName', 'displayName', 'nickName']);
  return `the IdP withdraws ${path} of ${person.lucca?.luccaId}: ${await world.idp(person.id, [{ op: 'remove', path }])}`;
}

async function idpMakesGroup(world: World, random: Random): Promise<string> {
  const [one, other] = [await anyone(world, random), await anyone(world, random)];
  const members = [one, other].flatMap((person) => (person === undefined ? [] : [{ value: person.id }]));
  const { status } = await world.askAsIdp('POST', '/Groups', {
    schemas: [GROUP],
    displayName: word(random, 12),
    members,
  });
  return `the IdP makes a group of ${one?.lucca?.luccaId} and ${other?.lucca?.luccaId}: ${status}`;
}

async function idpChangesGroup(world: World, random: Random): Promise<string> {
  const group = await groupOfIdp(world, random);
  const person = await anyone(world, random);
  if (group === undefined || person === undefined) return 'the IdP has no group to change';
  const operation = random.pick([
    { op: 'add', path: 'members', value: [{ value: person.id }] },
    { op: 'remove', path: `members[value eq "${person.id}"]` },
    { op: 'replace', path: 'displayName', value: word(random, 12) },
  ]);
  const { status } = await world.askAsIdp('PATCH', `/Groups/${group}`, {
    schemas: [PATCH_OP],
    Operations: [operation],
  });
  return `the IdP: ${operation.op} ${operation.path.split('[')[0]} of its group, ${person.lucca?.luccaId}: ${status}`;
}

async function idpDeletesGroup(world: World, random: Random): Promise<string> {
  const group = await groupOfIdp(world, random);
  if (group === undefined) return 'the IdP has no group to delete';
  const { status } = await world.askAsIdp('DELETE', `/Groups/${group}`);
  return `the IdP deletes a group: ${status}`;
}

/** The id of a group that the IdP made. */
async function groupOfIdp({ store }: World, random: Random): Promise<string | undefined> {
  const groups = await listIdpGroups(store.collection(TENANT, COLLECTIONS.idpGroups));
  return groups.length === 0 ? undefined : random.pick(groups.map(({ id }) => id));
}

/** A sign-in on the target itself gives somebody another name there. */
async function ssoWrites(world: World, random: Random): Promise<string> {
  const person = await anyone(world, random);
  const link = person?.links[TARGET];
  const account = world.target.users().find(({ id }) => id === link?.targetId);
  if (account === undefined) return 'nobody signs in on the target';
  const name = isJsonObject(account.name) ? account.name : {};
  const changes = random.pick([
    { name: { ...name, familyName: word(random) } },
    { name: { ...name, givenName: word(random) } },
  ]);
  edit(world, USERS, String(account.id), changes);
  return `${account.externalId} gets another name on the target`;
}

/**
 * A target that passes over rows of its listing never shows for certain that one is gone, and the member whom one refuses goes by their
 * number.
 */
function canTellVanished({ member }: World): boolean {
  return member !== 'pages-skip' && member !== 'poisoned-member';
}

/** An admin deletes somebody's account on the target. */
async function accountVanishes(world: World, random: Random): Promise<string> {
  if (!canTellVanished(world)) return 'no account vanishes here';
  const person = await anyone(world, random);
  const account = world.target.users().find(({ id }) => id === person?.links[TARGET]?.targetId);
  if (account === undefined) return 'no account vanishes';
  uproot(world, USERS, String(account.id));
  return `the account of ${account.externalId} vanishes from the target`;
}

function groupVanishes(world: World, random: Random): string {
  if (!canTellVanished(world)) return 'no group vanishes here';
  const ours = world.target.groups().filter(({ externalId }) => externalId !== undefined);
  if (ours.length === 0) return 'no group vanishes';
  const { id, displayName } = random.pick(ours);
  uproot(world, GROUPS, String(id));
  return `the group ${displayName} vanishes from the target`;
}

function waitADay(world: World): string {
  world.lucca.clock.advance(DAY_MS);
  return 'a day passed';
}

/** Edits that make no sense for the company as it stands are passed over. */
function attempt(edit: () => unknown, said: string): string {
  try {
    edit();
    return said;
  } catch {
    return `not done: ${said}`;
  }
}

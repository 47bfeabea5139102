/** What may happen between two runs: in Lucca, in the IdP, at sign-in. Each move says in a few words what it did. */
import type { PersonRecord } from '../../src/identity/person.js';
import { isJsonObject } from '../../src/json.js';
import type { Person } from '../../src/testing/lucca/company.js';
import type { Random } from '../../src/testing/lucca/random.js';
import { edit, TARGET, TENANT, USERS, type World } from './world.js';

export type Move = (world: World, random: Random) => Promise<string> | string;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DAY_MS = 86_400_000;

export const MOVES: readonly (readonly [Move, number])[] = [
  [hire, 3],
  [leave, 3],
  [rehire, 2],
  [rename, 3],
  [changeMail, 2],
  [passMailOn, 2],
  [swapMails, 2],
  [changeTitle, 3],
  [changeDepartment, 3],
  [changeManager, 3],
  [changeCostCenter, 2],
  [signIn, 3],
  [idpWrites, 3],
  [idpWithdraws, 1],
  [ssoWrites, 3],
  [waitADay, 2],
];

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

/** A known person. Time passes, so that what is said now is newer than what the last run saw. */
async function anyone({ store, lucca }: World, random: Random): Promise<PersonRecord | undefined> {
  lucca.clock.advance({ minutes: 2 });
  const people: PersonRecord[] = [];
  for await (const person of store.collection<PersonRecord>(TENANT, 'people').list()) people.push(person);
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

async function idpWithdraws(world: World, random: Random): Promise<string> {
  const person = await anyone(world, random);
  if (person === undefined) return 'the IdP knows nobody yet';
  const path = random.pick(['name.familyName', 'displayName', 'nickName']);
  return `the IdP withdraws ${path} of ${person.lucca?.luccaId}: ${await world.idp(person.id, [{ op: 'remove', path }])}`;
}

/** A sign-in on the target itself gives somebody another last name there. */
async function ssoWrites(world: World, random: Random): Promise<string> {
  const person = await anyone(world, random);
  const link = person?.links[TARGET];
  const account = world.target.users().find(({ id }) => id === link?.targetId);
  if (account === undefined) return 'nobody signs in on the target';
  const name = isJsonObject(account.name) ? account.name : {};
  edit(world, USERS, String(account.id), { name: { ...name, familyName: word(random) } });
  return `${account.externalId} gets another last name on the target`;
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

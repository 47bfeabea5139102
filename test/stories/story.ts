/** What the stories of failure share: a small company that has been pushed once, and a way to look at what became of it. */
import { onTestFinished } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import type { TargetPush } from '../../src/sync/push-target.js';
import type { PushOptions } from '../../src/sync/run-context.js';
import type { Person } from '../../src/testing/lucca/company.js';
import type { PresetName } from '../../src/testing/target/index.js';
import { startWorld, type World, type WorldOptions } from '../convergence/world.js';

/** The routes of Lucca that faults strike. */
export const USERS_ROUTE = '/api/v3/users';
export const CONTRACTS_ROUTE = '/directory/api/4.0/work-contracts';
export const STRUCTURE_ROUTES = '/organization/structure/api/*';
export const AXES_ROUTE = '/api/v3/axisSections';

/** A world whose company has been pushed to its target, unless told otherwise. Ends with the test. */
export async function begin(
  member: PresetName,
  { pushed = true, ...options }: WorldOptions & { pushed?: boolean } = {},
): Promise<World> {
  const world = await startWorld(member, options);
  onTestFinished(() => world.close());
  if (pushed) await push(world);
  world.target.forgetRequests();
  return world;
}

/** One run; what became of the target. */
export async function push({ bridge }: World, options?: PushOptions): Promise<TargetPush> {
  const [outcome] = (await bridge.push(options)).targets;
  if (outcome === undefined) throw new Error('there is no target');
  return outcome;
}

/** A run that may fail as a whole. */
export async function pushAnyway(world: World): Promise<TargetPush | null> {
  return push(world).catch(() => null);
}

/** Somebody who works, and heads nobody. */
export function worker({ lucca }: World, index = 0): Person {
  const people = lucca.state.people();
  const heads = new Set([...lucca.state.departments.values()].map(({ headId }) => headId));
  const working = people.filter(
    (person) => lucca.calendar.standing(person).status === 'active' && !heads.has(person.id),
  );
  const found = working[index];
  if (found === undefined) throw new Error(`there is no worker ${index}`);
  return found;
}

/** The account of a Lucca id. */
export function account({ target }: World, id: number): JsonObject | undefined {
  return target.users().find(({ externalId }) => externalId === String(id));
}

/** Member ids by group. */
export function members({ target }: World): Map<string, string[]> {
  return new Map(
    target.groups().map(({ id, members }) => [
      String(id),
      (Array.isArray(members) ? members : [])
        .filter(isJsonObject)
        .map(({ value }) => String(value))
        .sort(),
    ]),
  );
}

export function idsOf(rows: readonly JsonObject[]): unknown[] {
  return rows.map(({ id }) => id).sort();
}

export function activeIds({ target }: World): unknown[] {
  return idsOf(target.users().filter(({ active }) => active === true));
}

/** Requests that reached the target, as `PATCH /Users`. */
export function traffic({ target }: World): string[] {
  return target.requests.map(({ method, path }) => `${method} /${path.split('/')[1]}`);
}

export function hire(
  world: World,
  name: string,
  more: Partial<Person> & { managerId?: number; start?: string } = {},
): number {
  const mail = `${name.toLowerCase()}@exemple.example`;
  return Number(world.lucca.edit.hire({ firstName: name, lastName: 'Nouveau', mail, ...more }).subject.id);
}

/** The local date some days from the simulated today. */
export function day({ clock }: World, days: number): string {
  return new Date(clock.now() + days * 86_400_000).toISOString().slice(0, 10);
}

export function leave(world: World, id: number, days = -2): void {
  world.lucca.edit.leave(id, { lastDay: day(world, days) });
}

/**
 * Reads from a target what a plan needs to know of it: nothing when nothing would be made (R20), else the accounts that
 * could belong to newcomers. A few newcomers are looked up one by one; for many, all pages are read, whichever costs less.
 */
import pMap from 'p-map';
import type { JsonObject } from '../json.js';
import { idOf, pathOf, type TargetClient } from './client/target-client.js';
import { type ListPage, listAll } from './list.js';
import { lookUpByKeys } from './lookup.js';
import type { PlanInput, RemoteState } from './plan/input.js';
import { keysOf, type MatchKey } from './plan/match.js';
import type { Plan } from './plan/operation.js';

/** What a plan would make on the target, in the target's form. */
export interface Makings {
  users: readonly JsonObject[];
  groups: readonly JsonObject[];
}

/** What a plan made without asking the target would make there. */
export function makingsOf(plan: Plan): Makings {
  const bodies = (kind: 'create-user' | 'create-group') =>
    plan.operations.flatMap((operation) => (operation.kind === kind ? [operation.body] : []));
  return { users: bodies('create-user'), groups: bodies('create-group') };
}

export async function readRemote(
  client: TargetClient,
  { users, groups }: Makings,
  how: Pick<PlanInput, 'profile' | 'capabilities'>,
): Promise<RemoteState> {
  const { usersEndpoint, groupsEndpoint } = how.capabilities;
  const foundUsers = await search(client, usersEndpoint, users, how.profile.lookup, how);
  const foundGroups = await search(client, groupsEndpoint, groups, ['externalId', 'displayName'], how);
  return {
    users: await inFull(client, usersEndpoint, foundUsers.resources, how),
    groups: await inFull(client, groupsEndpoint, foundGroups.resources, how),
    complete: foundUsers.complete && foundGroups.complete,
  };
}

interface Found {
  resources: JsonObject[];
  complete: boolean;
}

async function search(
  client: TargetClient,
  endpoint: string,
  bodies: readonly JsonObject[],
  keys: readonly MatchKey[],
  { profile, capabilities }: Pick<PlanInput, 'profile' | 'capabilities'>,
): Promise<Found> {
  if (bodies.length === 0) return { resources: [], complete: true };
  const { userNameCaseExact } = capabilities;
  const listing = await listAll(client, endpoint, {
    profile,
    capabilities,
    worthwhile: (first) => pagesAfter(first) <= bodies.length * keys.length,
  });
  if (listing.complete && listing.resources.length === 0) return { resources: [], complete: true };
  const isWanted = createFilter(bodies, keys, userNameCaseExact);
  const found = new Map(listing.resources.filter(isWanted).map((resource) => [idOf(resource), resource]));
  if (listing.complete) return { resources: [...found.values()], complete: true };
  const answers = await pMap(
    bodies,
    (body) => lookUpByKeys(client, endpoint, keys, body, userNameCaseExact),
    {
      concurrency: profile.concurrency,
    },
  );
  for (const answer of answers) if (answer.kind === 'found') found.set(answer.targetId, answer.resource);
  return {
    resources: [...found.values()],
    complete: answers.every(({ kind }) => kind === 'found' || kind === 'none'),
  };
}

/** How many pages follow the first; where the target does not say, as many as would make looking up the better choice for a few. */
function pagesAfter({ resources, total, nextCursor }: ListPage): number {
  const shown = resources.length;
  if (total !== null) return shown === 0 ? total : total / shown - 1;
  return nextCursor === null && shown === 0 ? 0 : shown;
}

/** Whether a resource shares any key with one of the bodies: the others need not be kept in memory. */
function createFilter(bodies: readonly JsonObject[], keys: readonly MatchKey[], userNameCaseExact: boolean) {
  const entriesOf = (resource: JsonObject) =>
    keys.flatMap((key) => keysOf(resource, key, userNameCaseExact).map((value) => `${key} ${value}`));
  const asked = new Set(bodies.flatMap(entriesOf));
  return (resource: JsonObject) => entriesOf(resource).some((entry) => asked.has(entry));
}

/** Where a list shows less than a single read, candidates are read singly before they are compared. */
async function inFull(
  client: TargetClient,
  endpoint: string,
  resources: JsonObject[],
  { profile }: Pick<PlanInput, 'profile'>,
): Promise<JsonObject[]> {
  if (profile.lists === 'full') return resources;
  return pMap(resources, (resource) => client.get(pathOf(endpoint, idOf(resource) ?? '')), {
    concurrency: profile.concurrency,
  });
}

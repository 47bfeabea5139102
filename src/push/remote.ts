/**
 * Reads from a target what a plan needs to know of it: nothing when everybody has a link (R20), the accounts that could
 * belong to newcomers otherwise. A few newcomers are looked up one by one; for many, all pages are read, whichever costs less.
 */
import pMap from 'p-map';
import type { JsonObject } from '../json.js';
import { idOf, pathOf, type TargetClient } from './client/target-client.js';
import { type ListPage, listAll } from './list.js';
import { lookUpByKeys } from './lookup.js';
import { linkedId, type PlanInput, type RemoteState } from './plan/input.js';
import { keysOf, type MatchKey } from './plan/match.js';
import { whyNotYet } from './plan/standing.js';
import { createGroupShaper } from './shape/group-body.js';
import { createUserShaper } from './shape/user-body.js';

/** @returns null when nothing had to be read */
export async function readRemote(
  client: TargetClient,
  input: Omit<PlanInput, 'remote'>,
): Promise<RemoteState | null> {
  const { profile, capabilities } = input;
  const users = newcomersOf(input);
  const groups = newGroupsOf(input);
  if (users.length === 0 && groups.length === 0) return null;
  const foundUsers = await search(client, capabilities.usersEndpoint, users, profile.lookup, input);
  const foundGroups = await search(
    client,
    capabilities.groupsEndpoint,
    groups,
    ['externalId', 'displayName'],
    input,
  );
  return {
    users: await inFull(client, capabilities.usersEndpoint, foundUsers.resources, input),
    groups: await inFull(client, capabilities.groupsEndpoint, foundGroups.resources, input),
    complete: foundUsers.complete && foundGroups.complete,
  };
}

/** Bodies of the people who would get an account. */
function newcomersOf(input: Omit<PlanInput, 'remote'>): JsonObject[] {
  const shaper = createUserShaper(input.profile, input.capabilities);
  return input.users
    .filter((user) => user.inScope && linkedId(input.links.get(user.id)) === null && whyNotYet(user) === null)
    .map((user) => shaper.shape(user.resource, user.id))
    .filter(({ faults }) => faults.every(({ severity }) => severity !== 'error'))
    .map(({ body }) => body);
}

function newGroupsOf(input: Omit<PlanInput, 'remote'>): JsonObject[] {
  const shape = createGroupShaper(input.profile, input.capabilities);
  return (input.groups ?? [])
    .filter((group) => linkedId(input.groupLinks.get(group.id)) === null)
    .map((group) => shape(group.attributes, group.id).body);
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
  { profile, capabilities }: Omit<PlanInput, 'remote'>,
): Promise<Found> {
  if (bodies.length === 0) return { resources: [], complete: true };
  const { userNameCaseExact } = capabilities;
  const listing = await listAll(client, endpoint, {
    profile,
    capabilities,
    worthwhile: (first) => pagesAfter(first) <= bodies.length * keys.length,
  });
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
  { profile }: Omit<PlanInput, 'remote'>,
): Promise<JsonObject[]> {
  if (profile.lists === 'full') return resources;
  return pMap(resources, (resource) => client.get(pathOf(endpoint, idOf(resource) ?? '')), {
    concurrency: profile.concurrency,
  });
}

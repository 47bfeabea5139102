/**
 * Reads from a target what a plan needs to know of it: nothing when nothing would be made (R20), else the accounts that
 * could belong to newcomers. A few newcomers are looked up one by one; for many, all pages are read, whichever costs less.
 */
import pMap from 'p-map';
import type { JsonObject } from '../json.js';
import type { ListPage } from './client/list-page.js';
import { idOf } from './client/resource-id.js';
import { pathOf, type TargetClient } from './client/target-client.js';
import { refusesFilter } from './lessons.js';
import { type Listing, listAll, pageSizeOf } from './list.js';
import { isName, type Lookup, type LookupRules, lookUpByKeys } from './lookup.js';
import type { RemoteState } from './plan/input.js';
import { keysOf, type MatchKey } from './plan/match.js';
import type { Plan } from './plan/operation.js';

/** What a plan would make on the target, in the target's form, each for a bridge id. */
export interface Makings {
  users: readonly Making[];
  groups: readonly Making[];
}

interface Making {
  subject: string;
  body: JsonObject;
}

/** What a plan made without asking the target would make there. */
export function makingsOf(plan: Plan): Makings {
  const makings = (kind: 'create-user' | 'create-group') =>
    plan.operations.flatMap((operation) =>
      operation.kind === kind ? [{ subject: operation.subject, body: operation.body }] : [],
    );
  return { users: makings('create-user'), groups: makings('create-group') };
}

/** @param linked how many people and groups of ours the target holds: so many at least are in its lists */
export async function readRemote(
  client: TargetClient,
  { users, groups }: Makings,
  linked: Readonly<Record<'users' | 'groups', number>>,
  how: LookupRules,
): Promise<RemoteState> {
  const { usersEndpoint, groupsEndpoint } = how.capabilities;
  const groupKeys: readonly MatchKey[] = ['externalId', 'displayName'];
  const foundUsers = await search(client, usersEndpoint, users, how.profile.lookup, linked.users, how);
  const foundGroups = await search(client, groupsEndpoint, groups, groupKeys, linked.groups, how);
  return {
    users: await inFull(client, usersEndpoint, foundUsers.resources, how),
    groups: await inFull(client, groupsEndpoint, foundGroups.resources, how),
    complete: { users: foundUsers.complete, groups: foundGroups.complete },
    unsearchable: new Set([...foundUsers.unsearchable, ...foundGroups.unsearchable]),
  };
}

interface Found {
  resources: JsonObject[];
  complete: boolean;
  /** Of whom neither a filter nor a complete listing tells whether they are there. */
  unsearchable: string[];
}

async function search(
  client: TargetClient,
  endpoint: string,
  makings: readonly Making[],
  keys: readonly MatchKey[],
  linked: number,
  how: LookupRules,
): Promise<Found> {
  if (makings.length === 0) return { resources: [], complete: true, unsearchable: [] };
  const { profile, capabilities } = how;
  const { userNameCaseExact } = capabilities;
  const bodies = makings.map(({ body }) => body);
  const isWanted = createFilter(bodies, keys, userNameCaseExact);
  const proved = ({ resources }: Listing): Found => ({
    resources: resources.filter(isWanted),
    complete: true,
    unsearchable: [],
  });
  const answered = keys.filter((key) => !refusesFilter(capabilities, endpoint, key));
  const answersNames = answered.some(isName);
  const lookups = bodies.length * answered.length;
  let isCutShort = answersNames && linked / pageSizeOf(how) - 1 > lookups;
  const listing = isCutShort
    ? NOT_READ
    : await listAll(client, endpoint, {
        profile,
        capabilities,
        worthwhile: (first) => {
          isCutShort = answersNames && pagesAfter(first) > lookups;
          return !isCutShort;
        },
      });
  if (listing.complete) return proved(listing);
  const answers = await pMap(
    makings,
    async ({ subject, body }) => ({
      subject,
      answer: await lookUpByKeys(client, endpoint, keys, body, how),
    }),
    { concurrency: profile.concurrency },
  );
  const unsearchable = answers.flatMap(({ subject, answer }) =>
    answer.kind === 'unknown' && !answer.isNameFree ? [subject] : [],
  );
  let { resources } = listing;
  if (unsearchable.length > 0 && isCutShort) {
    const whole = await listAll(client, endpoint, { profile, capabilities });
    if (whole.complete) return proved(whole);
    resources = whole.resources;
  }
  const shown = [...resources.filter(isWanted), ...answers.flatMap(({ answer }) => resourcesOf(answer))];
  const found = new Map(shown.map((resource) => [idOf(resource), resource]));
  return {
    resources: [...found.values()],
    complete: answers.every(({ answer }) => answer.kind !== 'unknown'),
    unsearchable,
  };
}

const NOT_READ: Listing = { resources: [], complete: false, pages: 0 };

/** Of several, all: the plan then says that it cannot tell them apart. */
function resourcesOf(answer: Lookup): JsonObject[] {
  if (answer.kind === 'several') return answer.resources;
  return answer.kind === 'found' ? [answer.resource] : [];
}

/**
 * How many pages follow the first; where only a cursor tells that some do, as many as would make looking up the better choice
 * for a few. Pages of a target that tells neither prove nothing, however many are read.
 */
function pagesAfter({ rows, total, nextCursor }: ListPage): number {
  const shown = rows ?? 0;
  if (total !== null) return shown === 0 ? total : total / shown - 1;
  return nextCursor === null ? Number.POSITIVE_INFINITY : shown;
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
  { profile }: LookupRules,
): Promise<JsonObject[]> {
  if (profile.lists === 'full') return resources;
  return pMap(resources, (resource) => client.get(pathOf(endpoint, idOf(resource) ?? '')), {
    concurrency: profile.concurrency,
  });
}

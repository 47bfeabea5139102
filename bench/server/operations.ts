/** What clients do with the endpoint, as requests. */
import type { LoadRequest } from 'autocannon';
import { attributesOf, idOf, luccaIdOf, userNameOf } from './population.js';

export interface Operation {
  id: string;
  /** The least share of the requests a second that a bare Express server answers. */
  goal: number;
  token: 'reader' | 'idp';
  requests(people: number): LoadRequest[];
}

const USERS = '/scim/v2/Users';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const DEPARTMENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

/** So many different people are asked for, spread over all, so that nothing is answered from one hot entry. */
const DIFFERENT = 200;

function spread(people: number): number[] {
  return Array.from({ length: DIFFERENT }, (_, index) => Math.floor((index * people) / DIFFERENT));
}

function filtered(filter: string, more = ''): string {
  return `${USERS}?filter=${encodeURIComponent(filter)}${more}`;
}

function read(id: string, goal: number, pathsOf: (people: number) => string[]): Operation {
  return { id, goal, token: 'reader', requests: (people) => pathsOf(people).map((path) => ({ path })) };
}

/** Another request in each turn, whichever connection takes it. */
function write(id: string, method: string, next: (turn: number, people: number) => LoadRequest): Operation {
  let turn = 0;
  const setUp =
    (people: number) =>
    (request: LoadRequest): LoadRequest => ({ ...request, ...next(turn++, people) });
  return {
    id,
    goal: 0.7,
    token: 'idp',
    requests: (people) => [{ method, path: USERS, setupRequest: setUp(people) }],
  };
}

export const GET_BY_ID: Operation = read('get-by-id', 0.9, (people) =>
  spread(people).map((number) => `${USERS}/${idOf(number)}`),
);

/** One user each, found by an index. */
export const LOOK_UPS: readonly Operation[] = [
  read('userName-eq', 0.9, (people) => spread(people).map((n) => filtered(`userName eq "${userNameOf(n)}"`))),
  read('externalId-eq', 0.9, (people) =>
    spread(people).map((n) => filtered(`externalId eq "${luccaIdOf(n)}"`)),
  ),
  read('emails-eq', 0.9, (people) =>
    spread(people).map((n) => filtered(`emails.value eq "${userNameOf(n)}"`)),
  ),
];

/** A hundred users each. */
export const PAGES: readonly Operation[] = [
  read('page-of-100', 0.7, () =>
    Array.from({ length: 10 }, (_, page) => `${USERS}?startIndex=${page * 100 + 1}&count=100`),
  ),
  read('department-eq', 0.7, () => [filtered(`${DEPARTMENT} eq "Department 3"`, '&count=100')]),
];

export const READS: readonly Operation[] = [GET_BY_ID, ...LOOK_UPS, ...PAGES];

export const WRITES: readonly Operation[] = [
  write('patch-active', 'PATCH', (turn, people) => {
    const number = spread(people)[turn % DIFFERENT] ?? 0;
    const value = Math.floor(turn / DIFFERENT) % 2 === 0;
    const body = { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'active', value }] };
    return { path: `${USERS}/${idOf(number)}`, body: JSON.stringify(body) };
  }),
  write('post', 'POST', (turn) => {
    // Somebody whom Lucca does not know, and what an IdP says of them.
    const { userName, name, displayName, title, locale, active, emails } = attributesOf(10_000_000 + turn);
    const said = { externalId: `00u${turn}`, userName, name, displayName, title, locale, active, emails };
    return { body: JSON.stringify({ schemas: [USER], ...said }) };
  }),
];

/** People who are in no group of the IdP: see `bridge-process.js`. */
const SPARE = 100;

/** Puts people into a group one by one and takes them out again; the answers do not list the members. */
export function memberChanges(group: string, people: number): LoadRequest[] {
  let turn = 0;
  const next = (): LoadRequest => {
    const value = [{ value: idOf(people - 1 - (Math.floor(turn / 2) % SPARE)) }];
    const op = turn++ % 2 === 0 ? 'add' : 'remove';
    return { body: JSON.stringify({ schemas: [PATCH_OP], Operations: [{ op, path: 'members', value }] }) };
  };
  const path = `/scim/v2/Groups/${group}?excludedAttributes=members`;
  return [{ method: 'PATCH', path, setupRequest: (request) => ({ ...request, ...next() }) }];
}

/** A filter that no index answers. */
export const SCAN: LoadRequest = { path: filtered('title co "nobody has this"') };

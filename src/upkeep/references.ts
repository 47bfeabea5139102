/** Whether the records of a store fit together. */
import { sourceKey } from '../identity/match-keys.js';
import type { PersonRecord } from '../identity/person.js';
import { openServedState } from '../server/bridge/collections.js';
import type { MemberChunk } from '../server/bridge/idp-groups.js';
import type { Collection, Store } from '../store/store.js';

/** What does not fit, in ids only. */
export interface ReferenceFinding {
  /**
   * `error`: two records contradict each other; `notice`: a record names another that is not there, which the next run or the next
   * word of an IdP may settle.
   */
  severity: 'error' | 'notice';
  tenant: string;
  collection: string;
  id: string;
  problem: string;
}

/** Notes a finding about a record. */
type Find = (severity: ReferenceFinding['severity'], collection: string, id: string, problem: string) => void;

/** Looks at every tenant of a store. */
export async function checkReferences(store: Store): Promise<ReferenceFinding[]> {
  const findings: ReferenceFinding[] = [];
  for (const tenant of new Set((await store.holdings()).map((holding) => holding.tenant))) {
    await checkTenant(store, tenant, (severity, collection, id, problem) =>
      findings.push({ severity, tenant, collection, id, problem }),
    );
  }
  return findings;
}

async function checkTenant(store: Store, tenant: string, find: Find): Promise<void> {
  const { people, idpGroups, luccaGroups, conflicts } = openServedState(store, tenant);
  const known = await checkPeople(people, find);
  const missing = (collection: string, id: string, named: readonly string[]) => {
    for (const each of named) if (!known.has(each)) find('notice', collection, id, `${each} is not there`);
  };
  for await (const { id, members } of luccaGroups.list()) {
    known.add(id);
    missing('lucca-groups', id, members);
  }
  const chunks: MemberChunk[] = [];
  for await (const record of idpGroups.list()) {
    if (record.kind === 'members') chunks.push(record);
    else known.add(record.id);
  }
  for (const { id, group, members } of chunks) missing('idp-groups', id, [group, ...members]);
  for await (const { id, state, people: concerned } of conflicts.list()) {
    if (state === 'open') missing('conflicts', id, concerned);
  }
}

/** @returns every id by which somebody is known */
async function checkPeople(people: Collection<PersonRecord>, find: Find): Promise<Set<string>> {
  const known = new Set<string>();
  const owners = new Map<string, string>();
  const claim = (id: string, key: string, what: string) => {
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, id);
    else if (owner !== id) find('error', 'people', id, `${what} is also that of ${owner}`);
  };
  for await (const { id, aliases = [], assertions, links } of people.list()) {
    for (const name of [id, ...aliases]) {
      known.add(name);
      claim(id, `person ${name}`, `its id ${name}`);
    }
    for (const [source, { sourceId, deletedAt }] of Object.entries(assertions)) {
      if (sourceId === null || deletedAt !== undefined) continue;
      claim(id, `source ${sourceKey(source, sourceId)}`, `its id at ${source}`);
    }
    for (const [target, { state, targetId }] of Object.entries(links)) {
      if (targetId !== null) claim(id, `account ${target} ${targetId}`, `its account on ${target}`);
      else if (state === 'linked') find('error', 'people', id, `its link to ${target} names no account`);
    }
  }
  return known;
}

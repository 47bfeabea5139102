/**
 * Where people and groups stand on a target when a plan is made: by our links alone, or with what a reading of the target adds
 * to them (reconcile mode), kept before anything is planned on the strength of it.
 */
import type { GroupLink, GroupRecord, Link, PersonRecord } from '../identity/person.js';
import type { Capabilities } from '../push/capabilities.js';
import { withStandingNotes } from '../push/reconcile/notes.js';
import { type Reconciled, reconcile } from '../push/reconcile/reconcile.js';
import type { Reconciliation } from '../push/reconcile/report.js';
import { isInTime } from '../store/in-time.js';
import { type Dispute, fileDisputes, isFoughtElsewhere } from './disputes.js';
import { type Hearing, hearFromTarget, whoSays } from './hearing.js';
import type { Looked } from './look.js';
import type { RunContext } from './run-context.js';
import { settledPolicy } from './settled-policy.js';
import type { Target } from './target.js';
import { keepMemory, recallTarget, type TargetMemory } from './target-memory.js';

/** `due`: when as many hours have passed as the target's settings say. */
export type WhenToReconcile = boolean | 'due';

export interface Ground {
  links: ReadonlyMap<string, Link>;
  groupLinks: ReadonlyMap<string, GroupLink>;
  /** Bridge ids of people and groups to be made anew. */
  vanished: ReadonlySet<string>;
  memory: TargetMemory;
  /** Null in delta mode: nothing was read. */
  reconciliation: Reconciliation | null;
  /** The person with what the target was seen to say. */
  revise(person: PersonRecord): PersonRecord;
}

export interface GroundOptions {
  reconcile: WhenToReconcile;
  /** Everything that is missing is gone indeed, however much it is. */
  remake?: boolean | undefined;
  /** False only looks: nothing is stored. */
  keep: boolean;
  hearing: Hearing;
}

/** @param learn What the target supports, for a reading of it. */
export async function surveyGround(
  context: RunContext,
  target: Target,
  learn: () => Promise<Capabilities>,
  { books }: Looked,
  { reconcile: when, remake, keep, hearing }: GroundOptions,
): Promise<Ground> {
  const memory = await recallTarget(target, context.state.memories);
  const { drift, everyMs, recreates } = target.policy;
  const now = new Date(context.clock.now()).toISOString();
  const driftFor = (id: string) => settledPolicy(drift, books.people.get(id), target.name);
  const links = new Map<string, Link>();
  for (const person of books.people.values()) {
    const link = linkOf(person, target.name);
    if (link === undefined) continue;
    const says = (path: string, since: string) => whoSays(person, path, since, hearing);
    const policy = driftFor(person.id);
    links.set(person.id, link.drift === undefined ? link : withStandingNotes(link, policy, says, now));
  }
  const groupLinks = new Map<string, GroupLink>();
  for (const group of books.groups.values()) {
    const link = linkOf(group, target.name);
    if (link === undefined) continue;
    groupLinks.set(
      group.id,
      link.drift === undefined ? link : withStandingNotes(link, drift, () => 'nobody', now),
    );
  }
  const plain = { links, groupLinks, vanished: new Set<string>(), memory };
  if (when === false || (when === 'due' && !isDue(memory, everyMs, context.clock.now())))
    return { ...plain, reconciliation: null, revise: (person) => person };

  const { client, profile } = target;
  const seen = await reconcile({
    client,
    profile,
    capabilities: await learn(),
    links,
    groupLinks,
    policy: drift,
    policyFor: driftFor,
    shape: memory.echoes,
    recreates,
    believesAll: remake,
    at: now,
  });
  const revise = createReviser(seen, target.name, hearing, now);
  const kept = keep ? await keepSeen(context, target, seen, books, { memory, revise, now }) : memory;
  return {
    links: replaced(links, new Map([...seen.people].map(([id, { link }]) => [id, link])), seen.vanished),
    groupLinks: replaced(groupLinks, seen.groups, seen.vanished),
    vanished: seen.vanished,
    memory: keep ? kept : { ...memory, echoes: seen.shape },
    reconciliation: seen.reconciliation,
    revise,
  };
}

function linkOf<L extends Link>({ links }: { links: Record<string, L> }, target: string): L | undefined {
  return Object.hasOwn(links, target) ? links[target] : undefined;
}

function isDue({ reconciledAt }: TargetMemory, everyMs: number | null, now: number): boolean {
  return everyMs !== null && (reconciledAt === null || now - Date.parse(reconciledAt) >= everyMs);
}

function replaced<L>(
  links: ReadonlyMap<string, L>,
  changed: ReadonlyMap<string, L>,
  vanished: ReadonlySet<string>,
): Map<string, L> {
  return new Map([...links, ...changed].filter(([id]) => !vanished.has(id)));
}

function createReviser(seen: Reconciled, target: string, hearing: Hearing, at: string) {
  return (person: PersonRecord): PersonRecord => {
    if (seen.vanished.has(person.id)) return { ...person, links: without(person.links, target) };
    const sight = seen.people.get(person.id);
    if (sight === undefined) return person;
    const heard = hearFromTarget(person, sight.heard, hearing, at);
    return { ...heard, links: { ...heard.links, [target]: sight.link } };
  };
}

function without<L>(links: Record<string, L>, target: string): Record<string, L> {
  const { [target]: _, ...others } = links;
  return others;
}

/** Durable before anything is planned: after a crash the next run goes on from what was seen. */
async function keepSeen(
  { state }: RunContext,
  target: Target,
  seen: Reconciled,
  books: Looked['books'],
  { memory, revise, now }: { memory: TargetMemory; revise: Ground['revise']; now: string },
): Promise<TargetMemory> {
  const changed = new Set([...seen.people.keys(), ...seen.vanished]);
  const people = [...changed].flatMap((id) => books.people.get(id) ?? []);
  if (!(await isInTime(() => books.people.put(people.map(revise)))))
    for (const { id } of people) await books.people.update(id, (current) => revise(known(current, id)));
  for (const { id } of [...changed, ...seen.groups.keys()].flatMap((id) => books.groups.get(id) ?? [])) {
    await books.groups.update(id, (current) => reviseGroup(known(current, id), seen, target.name));
  }
  const disputes = disputesIn(seen.reconciliation);
  const isFought = (person: string, path: string) =>
    isFoughtElsewhere(books.people.get(person), path, target.name);
  await fileDisputes(state.conflicts, target.name, disputes, { at: now, isFought });
  return keepMemory(state.memories, memory, {
    echoes: seen.shape,
    reconciledAt: now,
    downSince: memory.downSince,
  });
}

function known<T>(record: T | undefined, id: string): T {
  if (record === undefined) throw new Error(`no record of ${id}`);
  return record;
}

function reviseGroup(group: GroupRecord, seen: Reconciled, target: string): GroupRecord {
  if (seen.vanished.has(group.id)) return { ...group, links: without(group.links, target) };
  const link = seen.groups.get(group.id);
  return link === undefined ? group : { ...group, links: { ...group.links, [target]: link } };
}

/** A fight over a group is reported; only people have a conflict queue. */
function disputesIn({ drift }: Reconciliation): Dispute[] {
  return drift.flatMap(({ verb, kind, subject, targetId, path }): Dispute[] =>
    kind === 'person' && (verb === 'fight' || verb === 'ask')
      ? [{ kind: verb === 'fight' ? 'fight' : 'drift', person: subject, targetId, path }]
      : [],
  );
}

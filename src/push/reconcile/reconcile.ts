/** Reads what a target holds, page by page, and compares it with what was last sent (R22, R25, R26). */
import type { GroupLink, Link } from '../../identity/person.js';
import { pushesGroups } from '../capabilities.js';
import type { TargetClient } from '../client/target-client.js';
import { linkedId, type PlanInput } from '../plan/input.js';
import { labelOf } from '../plan/names.js';
import { createHolds } from '../shape/compare.js';
import { type EchoShape, kindsAt } from '../shape/fold.js';
import { type Census, takeCensus } from './census.js';
import { createSayable, onCreateOnly } from './eyes.js';
import { learnFromListing, type Pair } from './listing-lore.js';
import { judgeMembers, showsMembers } from './members-sight.js';
import type { DriftPolicy } from './policy.js';
import type { Reconciliation } from './report.js';
import { type Eyes, judgeSight, type Sight } from './sight.js';

export interface ReconcileInput
  extends Pick<PlanInput, 'at' | 'links' | 'groupLinks' | 'profile' | 'capabilities'> {
  client: TargetClient;
  policy: DriftPolicy;
  /** The policy as it holds for one person, by bridge id. */
  policyFor(person: string): DriftPolicy;
  shape: EchoShape;
  /** Whether what has vanished is made anew. */
  recreates: boolean;
  /** Also when far more is missing than could have gone by itself. */
  believesAll?: boolean | undefined;
}

export interface Reconciled {
  reconciliation: Reconciliation;
  /** By bridge id: links that changed, with what was heard. */
  people: Map<string, Sight<Link>>;
  groups: Map<string, GroupLink>;
  /** Bridge ids of people and groups to be made anew: their links are void. */
  vanished: Set<string>;
  /** What was learned of the target's way of writing; the same object when nothing was. */
  shape: EchoShape;
}

/**
 * Reads users, and groups where they are pushed; changes nothing. A target that refuses to be listed is reported as such.
 * @throws TargetError when the target cannot be reached
 */
export async function reconcile(input: ReconcileInput): Promise<Reconciled> {
  const { client, profile, capabilities, links, groupLinks } = input;
  const result: Reconciled = {
    reconciliation: {
      coverage: [],
      drift: [],
      vanished: [],
      implausible: [],
      unowned: [],
      unverifiedMembers: 0,
      shared: [],
    },
    people: new Map(),
    groups: new Map(),
    vanished: new Set(),
    shape: input.shape,
  };
  const common = { client, profile, capabilities, believesAll: input.believesAll };
  const people = await takeCensus({ ...common, endpoint: capabilities.usersEndpoint, links });
  file('person', people, links, input, result);
  comparePeople(people, input, result);
  if (!pushesGroups(profile, capabilities)) return result;
  const groups = await takeCensus({ ...common, endpoint: capabilities.groupsEndpoint, links: groupLinks });
  file('group', groups, groupLinks, input, result);
  compareGroups(groups, people.unseen, input, result);
  return result;
}

function comparePeople({ seen }: Census, input: ReconcileInput, result: Reconciled): void {
  const { eyes, shape } = openEyes([...pairsOf(seen, input.links)], input.shape, input);
  result.shape = shape;
  for (const [subject, shown] of seen) {
    const link = input.links.get(subject);
    if (link === undefined) continue;
    const sight = judgeSight(link, shown, { ...eyes, policy: input.policyFor(subject) });
    if (sight.link !== link) result.people.set(subject, sight);
    report('person', subject, link, sight.drift, result);
  }
}

function compareGroups(
  { seen }: Census,
  unseen: ReadonlySet<string>,
  input: ReconcileInput,
  result: Reconciled,
): void {
  const pairs = [...seen].flatMap(([subject, shown]) => {
    const link = input.groupLinks.get(subject);
    return link === undefined ? [] : [{ subject, link, shown }];
  });
  const plainPairs = pairs.map(({ link, shown }) => ({ sent: link.sent ?? {}, shown }));
  // Who changes the name of a group is no sign-in service, and a group makes no source.
  const policy: DriftPolicy = {
    isSso: () => false,
    verbOf: (path) => (input.policy.isSso(path) ? 'overwrite' : notAdopted(input.policy.verbOf(path))),
    isSettled: () => false,
  };
  const eyes = { ...openEyes(plainPairs, {}, input).eyes, policy, onCreateOnly: [] };
  const isReadable = showsMembers(pairs);
  if (!isReadable)
    result.reconciliation.unverifiedMembers = pairs.reduce((sum, { link }) => sum + link.members.length, 0);
  const gone = new Set(result.reconciliation.vanished.map(({ targetId }) => targetId));
  for (const { subject, link, shown } of pairs) {
    const sight = judgeSight(link, shown, eyes);
    const held = input.recreates ? withoutMembers(sight.link, gone) : sight.link;
    const members = isReadable
      ? judgeMembers(held, shown, { policy, unseen, at: input.at })
      : { link: held, drift: [] };
    if (members.link !== link) result.groups.set(subject, members.link);
    report('group', subject, link, [...sight.drift, ...members.drift], result);
  }
}

/** Accounts that are made anew come back under another id. */
function withoutMembers(link: GroupLink, gone: ReadonlySet<string>): GroupLink {
  const members = link.members.filter((id) => !gone.has(id));
  return members.length === link.members.length ? link : { ...link, members };
}

const notAdopted = (verb: ReturnType<DriftPolicy['verbOf']>) => (verb === 'adopt' ? 'ignore' : verb);

function* pairsOf(seen: Census['seen'], links: ReadonlyMap<string, Link>): Generator<Pair> {
  for (const [subject, shown] of seen) yield { sent: links.get(subject)?.sent ?? {}, shown };
}

function openEyes(
  pairs: readonly Pair[],
  known: EchoShape,
  { profile, capabilities, policy, at }: ReconcileInput,
): { eyes: Eyes; shape: EchoShape } {
  const { userNameCaseExact } = capabilities;
  const lore = learnFromListing(pairs, known, createHolds({ userNameCaseExact, learned: known }));
  const eyes = {
    same: createHolds({ userNameCaseExact, learned: lore.shape }),
    rewords: (path: string) => kindsAt(lore.shape, path).includes('reworded'),
    policy,
    onCreateOnly: onCreateOnly(profile),
    shows: lore.shows,
    isSayable: createSayable(profile),
    at,
  };
  return { eyes, shape: lore.shape };
}

function report(
  kind: 'person' | 'group',
  subject: string,
  link: Link,
  drift: Sight['drift'],
  { reconciliation }: Reconciled,
): void {
  const row = { kind, subject, label: labelOf(link.sent, subject), targetId: linkedId(link) ?? '' };
  for (const one of drift) reconciliation.drift.push({ ...row, ...one });
}

function file(
  kind: 'person' | 'group',
  census: Census,
  links: ReadonlyMap<string, Link>,
  { recreates }: ReconcileInput,
  { reconciliation, vanished }: Reconciled,
): void {
  const { shown, pages, complete, refused, seen, gone, implausible, unowned, shared } = census;
  reconciliation.coverage.push({ kind, shown, compared: seen.size, pages, complete, refused });
  for (const targetId of unowned) reconciliation.unowned.push({ kind, targetId });
  for (const one of shared) reconciliation.shared.push({ kind, ...one });
  const of = [...links.values()].filter((link) => linkedId(link) !== null).length;
  if (implausible > 0) reconciliation.implausible.push({ kind, missing: implausible, of });
  for (const subject of gone) {
    const link = links.get(subject);
    const row = { kind, subject, label: labelOf(link?.sent, subject), targetId: linkedId(link) ?? '' };
    reconciliation.vanished.push({ ...row, recreated: recreates });
    if (recreates) vanished.add(subject);
  }
}

/** The second half of a run, for one target: plan, guard, apply. */
import type { Clock } from '../clock.js';
import type { GroupRecord, PersonRecord } from '../identity/person.js';
import { compileScope } from '../mapping/scope.js';
import type { OnProgress } from '../progress.js';
import { type ApplyResult, applyPlan } from '../push/apply/apply.js';
import { type ApplyInput, RecordError } from '../push/apply/context.js';
import { type Capabilities, pushesGroups } from '../push/capabilities.js';
import { isHeldBack } from '../push/client/target-error.js';
import { type Failing, findFailing } from '../push/failing.js';
import { protectPlan } from '../push/guard/protect.js';
import type { Lesson } from '../push/lessons.js';
import { findWants } from '../push/plan/deletion.js';
import type { DesiredUser, Linked } from '../push/plan/input.js';
import type { Operation, Plan } from '../push/plan/operation.js';
import { withoutGroups } from '../push/plan/without-groups.js';
import { planOnTarget } from '../push/plan-on-target.js';
import { findingsIn } from '../push/reconcile/findings.js';
import { type Dispute, fileDisputes } from './disputes.js';
import { type Hearing, hearFromTarget } from './hearing.js';
import { idpOnlyUsers, luccaGroupLinks } from './idp-only.js';
import type { Looked } from './look.js';
import { fingerprint } from './plan-document.js';
import { findProtected } from './protection.js';
import type { Ground } from './reconcile.js';
import type { RecordBook } from './record-book.js';
import { explainLeaving } from './scope-reasons.js';
import { settledPolicy } from './settled-policy.js';
import type { TenantState } from './state.js';
import type { Survey } from './survey.js';
import type { Target } from './target.js';
import { keepMemory } from './target-memory.js';

export interface Books {
  people: RecordBook<PersonRecord>;
  groups: RecordBook<GroupRecord>;
}

export interface PlannedTarget extends Linked {
  target: Target;
  capabilities: Capabilities;
  /** What its answers taught while the plan was made. */
  lessons: readonly Lesson[];
  /** Everything that is wanted; what is protected is held already. */
  plan: Plan;
  /** Fingerprint of scope, mapping and profile. */
  configuration: string;
  /** It is another than the one that the target was last brought to. */
  isReconfigured: boolean;
  ground: Ground;
  hearing: Hearing;
  /** Who and what has to do with the target still. */
  wants: ReturnType<typeof findWants>;
}

/** What a target supports, as far as is known, and as of today: that costs requests, so it is asked for what is to be sent. */
export interface KnownCapabilities {
  recalled: Capabilities;
  learn(): Promise<Capabilities>;
  /** The present instant, ISO. */
  now(): string;
}

/** Works out everything that the target needs, before the first write (R19). Reads the target only for newcomers (R20). */
export async function planTarget(
  target: Target,
  { recalled, learn, now }: KnownCapabilities,
  { found, earlier, books, idpGroups }: Looked,
  ground: Ground,
  hearing: Hearing,
  { mappingHash, lastConfiguration }: { mappingHash: string; lastConfiguration: string | undefined },
): Promise<PlannedTarget> {
  const configuration = fingerprint(target, mappingHash);
  const isReconfigured = lastConfiguration !== undefined && lastConfiguration !== configuration;
  const scope = compileScope(target.config.scope ?? {}, found.directory);
  const { links, vanished, memory } = ground;
  const isWithIdps = target.config.idpOnly === 'push';
  const groupLinks = isWithIdps ? ground.groupLinks : luccaGroupLinks(ground.groupLinks, books.groups);
  const effective = (person: PersonRecord) => hearing.effective(ground.revise(person));
  const ofLucca = found.people.map(({ person, user, endedBefore }): DesiredUser => {
    const resource = effective(person);
    const inScope = scope.matches(resource);
    // Lucca's word is compared with Lucca's: what was sent to the target is in the form of its profile.
    const told = { before: earlier.get(person.id), now: person.assertions.lucca?.attributes, isReconfigured };
    return {
      id: person.id,
      resource,
      lifecycle: user.lifecycle,
      inScope,
      ...(inScope ? {} : { leftScopeBecause: explainLeaving(told) }),
      ...(endedBefore === undefined ? {} : { inactiveBecause: endedBefore }),
    };
  });
  const outlook = { links, effective, matches: scope.matches };
  const known = new Set(ofLucca.map(({ id }) => id));
  const others = isWithIdps ? [...books.people.values()].filter(({ id }) => !known.has(id)) : [];
  const users = [...ofLucca, ...idpOnlyUsers(others, outlook)];
  scope.requireCarried(users.map(({ resource }) => resource));
  const groups = [...found.translation.groups, ...(isWithIdps ? idpGroups : [])];
  const inputWith = (capabilities: Capabilities) => ({
    target: target.name,
    at: found.at,
    now: now(),
    users,
    groups: pushesGroups(target.profile, capabilities) ? groups : null,
    links,
    groupLinks,
    missing: found.missing,
    complete: found.trusted,
    mode: target.policy.mode,
    vanished,
    echoes: memory.echoes,
    profile: target.profile,
    capabilities,
  });
  const { plan: wanted, learner } = await planOnTarget(target.client, inputWith(recalled), {
    now,
    renew: async () => {
      const capabilities = await learn();
      return capabilities.at === recalled.at ? undefined : inputWith(capabilities);
    },
  });
  const { capabilities } = learner;
  wanted.notes.push(...withoutGroups(groups.length, target.profile, capabilities));
  if (ground.reconciliation !== null) wanted.notes.push(...findingsIn(ground.reconciliation));
  const linked = { links, groupLinks };
  const wants = findWants(inputWith(capabilities));
  const plan = guard(wanted, target, users, found, linked);
  const about = { configuration, isReconfigured, ground, hearing, wants };
  return { target, capabilities, lessons: learner.lessons, plan, ...about, ...linked };
}

/** Holds back what would harm a protected account or group. */
function guard(
  plan: Plan,
  { config }: Target,
  users: readonly DesiredUser[],
  found: Survey,
  linked: Linked,
): Plan {
  const luccaIds = new Map(found.people.map(({ person, user }) => [person.id, user.luccaId]));
  const wanted = new Map(users.map(({ id, resource }) => [id, resource]));
  const people = [...new Set([...wanted.keys(), ...linked.links.keys()])].map((id) => ({
    id,
    luccaId: luccaIds.get(id),
    bodies: [wanted.get(id), linked.links.get(id)?.sent].filter((body) => body != null),
  }));
  const units = new Map(found.translation.groups.map((group) => [group.id, group]));
  const groups = [...new Set([...units.keys(), ...linked.groupLinks.keys()])].map((id) => ({
    id,
    key: units.get(id)?.key,
    bodies: [units.get(id)?.attributes, linked.groupLinks.get(id)?.sent].filter((body) => body != null),
  }));
  const { protection, notes } = findProtected(config.protect, people, groups);
  return protectPlan({ ...plan, notes: [...plan.notes, ...notes] }, protection, linked);
}

/** What came of a run on a target, and what it leaves failing there. */
export interface TargetResult extends ApplyResult {
  failing: Failing;
}

/**
 * Applies operations that the guards let through; every acknowledged write is in the books before the next one that relies
 * on it.
 */
export async function applyToTarget(
  planned: PlannedTarget,
  operations: readonly Operation[],
  { found, books }: Looked,
  options: {
    clock: Clock;
    onProgress: OnProgress;
    signal?: AbortSignal | undefined;
    beforeEach: ApplyInput['beforeEach'];
    state: Pick<TenantState, 'memories' | 'conflicts'>;
  },
): Promise<TargetResult> {
  const { target, hearing } = planned;
  const { memory } = planned.ground;
  const now = () => new Date(options.clock.now()).toISOString();
  const luccaKeys = new Map(found.translation.groups.map(({ id, key }) => [id, key]));
  const echoes = { shape: memory.echoes };
  const disputes: Dispute[] = [];
  const result = await applyPlan(
    { ...planned.plan, operations: [...operations] },
    {
      drift: target.policy.drift,
      recreates: target.policy.recreates,
      driftFor: (id) => settledPolicy(target.policy.drift, books.people.get(id), target.name),
      echoes,
      client: target.client,
      profile: target.profile,
      capabilities: planned.capabilities,
      links: planned.links,
      groupLinks: planned.groupLinks,
      now,
      onProgress: options.onProgress,
      signal: options.signal,
      beforeEach: options.beforeEach,
      saveLink: (id, link, { heard, fights }) => {
        const targetId = link?.targetId ?? null;
        for (const path of fights) disputes.push({ kind: 'fight', person: id, targetId, path });
        return books.people.update(id, (person) => {
          if (person === undefined) throw personGone(id);
          const informed = hearFromTarget(person, heard, hearing, now());
          return { ...informed, links: withLink(person.links, target.name, link) };
        });
      },
      saveGroupLink: (id, link) =>
        books.groups.update(id, (current) => {
          const group = current ?? newGroup(id, luccaKeys.get(id) ?? null, now());
          return { ...group, links: withLink(group.links, target.name, link) };
        }),
    },
  );
  // One that was not written to has not shown that it is up again; one that asks to wait is not down (R24).
  const isDown = result.stopped !== null && !isHeldBack(result.stopped);
  const since = memory.downSince ?? now();
  const downSince = isDown ? since : result.writes > 0 ? undefined : memory.downSince;
  const failing = findFailing(planned.plan, {
    link: (id) => books.people.get(id)?.links[target.name],
    groupLink: (id) => books.groups.get(id)?.links[target.name],
  });
  await keepMemory(options.state.memories, memory, {
    ...memory,
    echoes: echoes.shape,
    downSince,
    failing: failing.since === null ? undefined : failing,
  });
  await fileDisputes(options.state.conflicts, target.name, disputes, { at: now() });
  return { ...result, failing };
}

/** Merged with somebody else, or erased: what was just written belongs to no record that could say so. */
function personGone(id: string): RecordError {
  return new RecordError(
    'PERSON_GONE',
    `Person ${id} was merged or erased while the run went on; nothing was noted of the account.`,
    'After a merge the next run finds the account; after an erasure, see on the target whether one was left.',
  );
}

function withLink<L>(links: Record<string, L>, target: string, link: L | null): Record<string, L> {
  const { [target]: _, ...others } = links;
  return link === null ? others : { ...others, [target]: link };
}

function newGroup(id: string, luccaKey: string | null, at: string): GroupRecord {
  return { id, version: 0, createdAt: at, updatedAt: at, luccaKey, idp: null, links: {} };
}

/** The second half of a run, for one target: plan, guard, apply. */
import type { Clock } from '../clock.js';
import type { GroupLink, GroupRecord, Link, PersonRecord } from '../identity/person.js';
import type { JsonObject } from '../json.js';
import { compileScope } from '../mapping/scope.js';
import type { OnProgress } from '../progress.js';
import { type ApplyResult, applyPlan } from '../push/apply/apply.js';
import { type BudgetLine, checkBudget, judgeBudget } from '../push/budget.js';
import { type Capabilities, pushesGroups } from '../push/capabilities.js';
import type { DesiredUser } from '../push/plan/input.js';
import type { Plan } from '../push/plan/operation.js';
import { planOnTarget } from '../push/plan-on-target.js';
import type { RecordBook } from './record-book.js';
import type { Survey } from './survey.js';
import type { Target } from './target.js';

export interface Books {
  people: RecordBook<PersonRecord>;
  groups: RecordBook<GroupRecord>;
}

export interface PlannedTarget {
  target: Target;
  capabilities: Capabilities;
  plan: Plan;
  budget: BudgetLine[];
  links: ReadonlyMap<string, Link>;
  groupLinks: ReadonlyMap<string, GroupLink>;
}

/** Effective attributes of a person, after precedence. */
export type EffectiveAttributes = (person: PersonRecord) => JsonObject;

/** Works out everything that the target needs, before the first write (R19). Reads the target only for newcomers (R20). */
export async function planTarget(
  target: Target,
  capabilities: Capabilities,
  survey: Survey,
  books: Books,
  effective: EffectiveAttributes,
): Promise<PlannedTarget> {
  const scope = compileScope(target.config.scope ?? {}, survey.directory);
  const users = survey.people.map(({ person, user, endedBefore }): DesiredUser => {
    const resource = effective(person);
    return {
      id: person.id,
      resource,
      lifecycle: user.lifecycle,
      inScope: scope.matches(resource),
      ...(endedBefore === undefined ? {} : { inactiveBecause: endedBefore }),
    };
  });
  const links = linksOf<Link>(books.people.values(), target.name);
  const groupLinks = linksOf<GroupLink>(books.groups.values(), target.name);
  const withGroups = pushesGroups(target.profile, capabilities);
  const input = {
    target: target.name,
    at: survey.at,
    users,
    groups: withGroups ? survey.translation.groups : null,
    links,
    groupLinks,
    missing: survey.missing,
    complete: survey.trusted,
    profile: target.profile,
    capabilities,
  };
  const plan = await planOnTarget(target.client, input);
  return { target, capabilities, plan, budget: judgeBudget(plan, target.config.budget), links, groupLinks };
}

function linksOf<L extends Link>(
  records: Iterable<{ id: string; links: Record<string, L> }>,
  target: string,
): Map<string, L> {
  const links = new Map<string, L>();
  for (const { id, links: all } of records) {
    const link = Object.hasOwn(all, target) ? all[target] : undefined;
    if (link !== undefined) links.set(id, link);
  }
  return links;
}

/**
 * Applies a plan within its budget; every acknowledged write is in the books before the next one that relies on it.
 * @throws BudgetError (exit code 3) before the first write
 */
export async function applyToTarget(
  planned: PlannedTarget,
  survey: Survey,
  books: Books,
  options: { clock: Clock; onProgress: OnProgress; signal?: AbortSignal | undefined },
): Promise<ApplyResult> {
  const { target, plan } = planned;
  checkBudget(plan, target.config.budget);
  const now = () => new Date(options.clock.now()).toISOString();
  const joined = new Map(survey.people.map(({ person }) => [person.id, person]));
  const luccaKeys = new Map(survey.translation.groups.map(({ id, key }) => [id, key]));
  return applyPlan(plan, {
    client: target.client,
    profile: target.profile,
    capabilities: planned.capabilities,
    links: planned.links,
    groupLinks: planned.groupLinks,
    now,
    onProgress: options.onProgress,
    signal: options.signal,
    saveLink: (id, link) =>
      books.people.update(id, (current) => {
        const person = current ?? joined.get(id);
        if (person === undefined) throw new Error(`no record of person ${id}`);
        return { ...person, links: withLink(person.links, target.name, link) };
      }),
    saveGroupLink: (id, link) =>
      books.groups.update(id, (current) => {
        const group = current ?? newGroup(id, luccaKeys.get(id) ?? null, now());
        return { ...group, links: withLink(group.links, target.name, link) };
      }),
  });
}

function withLink<L>(links: Record<string, L>, target: string, link: L | null): Record<string, L> {
  const { [target]: _, ...others } = links;
  return link === null ? others : { ...others, [target]: link };
}

function newGroup(id: string, luccaKey: string | null, at: string): GroupRecord {
  return { id, version: 0, createdAt: at, updatedAt: at, luccaKey, idp: null, links: {} };
}

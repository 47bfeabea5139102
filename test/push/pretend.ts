/** Applies a plan to links alone, as if the target had taken everything: for tests of the planner by itself. */
import type { GroupLink, Link } from '../../src/identity/person.js';
import { type Capabilities, fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { linkedId, type PlanInput } from '../../src/push/plan/input.js';
import type { Operation, Plan } from '../../src/push/plan/operation.js';
import { createPlan } from '../../src/push/plan/plan.js';
import { createUserShaper } from '../../src/push/shape/user-body.js';
import { NOW } from './people.js';

const GENERIC = loadProfile('generic');

export interface Links {
  links: Map<string, Link>;
  groupLinks: Map<string, GroupLink>;
}

export function noLinks(): Links {
  return { links: new Map(), groupLinks: new Map() };
}

/** An input with nothing in it but what is given. */
export function planInput(over: Partial<PlanInput>): PlanInput {
  return {
    target: 'test',
    at: NOW,
    now: NOW,
    users: [],
    groups: null,
    ...noLinks(),
    missing: new Set(),
    complete: true,
    remote: { users: [], groups: [], complete: { users: true, groups: true } },
    profile: GENERIC,
    capabilities: fallbackCapabilities(),
    ...over,
  };
}

export function plan(over: Partial<PlanInput>): Plan {
  return createPlan(planInput(over));
}

/** Nobody has wanted whatever there is for a year. */
export function letGo({ links, groupLinks }: Links): void {
  const unwantedSince = '2025-11-20T08:00:00.000Z';
  for (const [id, link] of links) links.set(id, { ...link, unwantedSince });
  for (const [id, link] of groupLinks) groupLinks.set(id, { ...link, unwantedSince });
}

/** Everything succeeds; the target's id of `ana` is `t-ana`. */
export function pretendToApply(
  made: Plan,
  { links, groupLinks }: Links,
  profile: PlanInput['profile'],
  capabilities: Capabilities,
): void {
  const shaper = createUserShaper(profile, capabilities);
  for (const operation of made.operations) apply(operation);

  function linkPerson(id: string, targetId: string, sent: Link['sent']): void {
    links.set(id, { state: 'linked', targetId, sent, at: NOW });
  }

  function managerOf(operation: Operation): string | null {
    const manager = 'manager' in operation ? operation.manager : null;
    if (manager === null) return null;
    const targetId = linkedId(links.get(manager.personId));
    return targetId === null ? null : (manager.value ?? targetId);
  }

  function apply(operation: Operation): void {
    const { subject } = operation;
    const manager = managerOf(operation);
    switch (operation.kind) {
      case 'create-user':
      case 'adopt-user':
      case 'update-user':
      case 'reactivate-user': {
        const targetId = operation.kind === 'create-user' ? `t-${subject}` : operation.targetId;
        linkPerson(
          subject,
          targetId,
          manager === null ? operation.body : shaper.withManager(operation.body, manager),
        );
        return;
      }
      case 'deactivate-user':
        if (operation.mode === 'delete' || operation.targetId === null) links.delete(subject);
        // As applied: all but the switch stays as it is by then, whatever became of what came before.
        else {
          const known = links.get(subject)?.sent ?? operation.body;
          linkPerson(subject, operation.targetId, shaper.withActive(known, false));
        }
        return;
      case 'set-manager': {
        const link = links.get(subject);
        if (manager !== null && link?.targetId)
          linkPerson(subject, link.targetId, shaper.withManager(link.sent ?? {}, manager));
        return;
      }
      case 'create-group':
      case 'adopt-group':
      case 'update-group': {
        const targetId = operation.kind === 'create-group' ? `t-${subject}` : operation.targetId;
        const members =
          operation.kind === 'adopt-group' ? operation.members : (groupLinks.get(subject)?.members ?? []);
        groupLinks.set(subject, { state: 'linked', targetId, sent: operation.body, members, at: NOW });
        return;
      }
      case 'change-members':
      case 'release-group': {
        const link = groupLinks.get(subject);
        if (link === undefined) return;
        const removed = new Set(operation.remove);
        const added = operation.kind === 'change-members' ? operation.add : [];
        const members = [
          ...link.members.filter((id) => !removed.has(id)),
          ...added.flatMap((id) => linkedId(links.get(id)) ?? []),
        ];
        if (operation.kind === 'release-group' && operation.mode === 'delete') groupLinks.delete(subject);
        else groupLinks.set(subject, { ...link, members });
      }
    }
  }
}

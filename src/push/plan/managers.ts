/** Who a person reports to, as the target is told (R17). */
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { ENTERPRISE_USER } from '../../scim/schema.js';
import type { Change } from '../shape/diff.js';
import { holdStill } from '../shape/leaves.js';
import { workEmail } from '../shape/user-body.js';
import type { Draft } from './draft.js';
import { linkedId } from './input.js';
import { labelOf } from './names.js';
import type { LateManager, PersonOperation } from './operation.js';

/** `known`: can be sent now; `late`: the manager's account is made by this very plan; null: none, or none on the target. */
export type Manager = { known: string } | { late: LateManager } | null;

/** Self-management means no manager. A manager who is not on the target is noted, and set when they arrive. */
export function resolveManager(personId: string, managerId: string | null, draft: Draft): Manager {
  if (managerId === null || managerId === personId) return null;
  const { links, profile } = draft.input;
  const manager = draft.desired.get(managerId);
  const link = links.get(managerId);
  const targetId = linkedId(link) ?? draft.arriving.get(managerId);
  if (targetId === undefined) {
    note(personId, managerId, draft);
    return null;
  }
  if (profile.manager.by === 'id') {
    return targetId === null ? { late: { personId: managerId, value: null } } : { known: targetId };
  }
  const value = readKey(manager?.resource ?? link?.sent ?? {}, profile.manager.by);
  if (value === undefined) {
    note(personId, managerId, draft);
    return null;
  }
  return targetId === null ? { late: { personId: managerId, value } } : { known: value };
}

/** Lets go of managers who turned out not to arrive after all. Those who arrive take the place of the former one in one step. */
export function settleLateManagers(draft: Draft): void {
  for (const operation of draft.people) {
    if (operation.manager === null) continue;
    if (isOnTarget(operation.manager.personId, draft)) keepFormerManager(operation, draft);
    else {
      note(operation.subject, operation.manager.personId, draft);
      operation.manager = null;
    }
  }
}

function keepFormerManager(operation: PersonOperation, { input, shaper }: Draft): void {
  const sent = input.links.get(operation.subject)?.sent ?? null;
  if (sent === null) return;
  operation.changes = operation.changes.filter(({ path }) => path !== shaper.managerPath);
  operation.body = holdStill(operation.body, sent, [shaper.managerPath]);
}

function isOnTarget(personId: string, { input, arriving }: Draft): boolean {
  return linkedId(input.links.get(personId)) !== null || arriving.has(personId);
}

/** Writes the manager's name beside the id in the changes, for people. */
export function nameManager(changes: readonly Change[], managerId: string | null, draft: Draft): void {
  const change = changes.find(({ path, after }) => path === draft.shaper.managerPath && after !== undefined);
  if (change === undefined || managerId === null) return;
  change.note = labelOf(
    draft.desired.get(managerId)?.resource ?? draft.input.links.get(managerId)?.sent,
    managerId,
  );
}

function readKey(resource: JsonObject, by: Draft['input']['profile']['manager']['by']): string | undefined {
  if (by === 'email') return workEmail(resource) ?? text(resource.userName);
  if (by === 'externalId') return text(resource.externalId);
  const enterprise = own(resource, ENTERPRISE_USER);
  return isJsonObject(enterprise) ? text(own(enterprise, 'employeeNumber')) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function note(personId: string, managerId: string, draft: Draft): void {
  draft.notes.push({
    code: 'MANAGER_NOT_ON_TARGET',
    severity: 'info',
    kind: 'person',
    subject: personId,
    label: labelOf(draft.desired.get(personId)?.resource, personId),
    message: `The manager (${managerId}) is not on the target; the person has no manager there for now.`,
    remedy:
      'Nothing to do if that is intended; otherwise bring the manager into scope. It is set as soon as the manager arrives.',
  });
}

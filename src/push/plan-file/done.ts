/** Whether a row of an earlier plan was carried out meanwhile, as far as our own records tell. Pure. */
import type { Link } from '../../identity/person.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { type Linked, linkedId } from '../plan/input.js';
import {
  type GroupOperation,
  isMemberOperation,
  type Operation,
  type PersonOperation,
} from '../plan/operation.js';
import { equal, exactlySame } from '../shape/compare.js';
import { diffBodies } from '../shape/diff.js';
import { isInactive } from '../shape/fit.js';
import { parseTargetPath, readAt } from '../shape/target-path.js';

export function isDone(operation: Operation, linked: Linked): boolean {
  return doneParts(operation, linked).length === partsOf(operation).length;
}

/** The names of what an operation does: memberships one by one, everything else as a whole. Ids only. */
export function partsOf(operation: Operation): string[] {
  const { id } = operation;
  if (!isMemberOperation(operation)) return [id];
  if (operation.kind === 'release-group' && operation.mode === 'delete') return [id];
  const add = operation.kind === 'change-members' ? operation.add : [];
  return [...add.map((person) => `${id} + ${person}`), ...operation.remove.map((one) => `${id} - ${one}`)];
}

/** Those of the parts that are done. */
export function doneParts(operation: Operation, { links, groupLinks }: Linked): string[] {
  const { subject } = operation;
  switch (operation.kind) {
    case 'create-user':
    case 'adopt-user':
    case 'update-user':
    case 'reactivate-user':
      return holds(links.get(subject), operation) ? partsOf(operation) : [];
    case 'deactivate-user': {
      const link = links.get(subject);
      const isIt = operation.mode === 'delete' ? link === undefined : isInactive(link?.sent);
      return isIt ? partsOf(operation) : [];
    }
    case 'create-group':
    case 'adopt-group':
    case 'update-group':
      return holds(groupLinks.get(subject), operation) ? partsOf(operation) : [];
    case 'change-members': {
      const members = new Set(groupLinks.get(subject)?.members);
      const add = operation.add.filter((id) => members.has(linkedId(links.get(id)) ?? ''));
      const remove = operation.remove.filter((id) => !members.has(id));
      return partsOf({ ...operation, add, remove });
    }
    case 'release-group': {
      const link = groupLinks.get(subject);
      if (operation.mode === 'delete') return link === undefined ? partsOf(operation) : [];
      const remove = operation.remove.filter((id) => !link?.members.includes(id));
      return partsOf({ ...operation, remove });
    }
    case 'set-manager': {
      const { personId, value } = operation.manager;
      const wanted = value ?? linkedId(links.get(personId));
      const isSet =
        wanted !== null && managersIn(links.get(subject)?.sent ?? {}).includes(JSON.stringify(wanted));
      return isSet ? partsOf(operation) : [];
    }
  }
}

/** What was last sent says what the operation wanted; a manager who was added to it meanwhile is no contradiction. */
function holds(link: Link | undefined, operation: PersonOperation | GroupOperation): boolean {
  if (linkedId(link) === null || !link?.sent) return false;
  const { sent } = link;
  if (operation.kind === 'create-user' || operation.kind === 'create-group') {
    const compare = { same: exactlySame, removals: false, takes: () => true };
    return diffBodies(sent, operation.body, compare).length === 0;
  }
  return operation.changes.every(({ path, after }) => equal(readAt(sent, parseTargetPath(path)), after));
}

/** The manager of a body as JSON text, in whatever form and place the profile puts it. */
function managersIn(body: JsonObject): string {
  const containers = [body, ...Object.values(body).filter(isJsonObject)];
  return containers.map(({ manager }) => JSON.stringify(manager ?? null)).join();
}

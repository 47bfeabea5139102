/** Whether a row of an earlier plan was carried out meanwhile, as far as our own records tell. Pure. */
import type { Link } from '../../identity/person.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { type Linked, linkedId } from '../plan/input.js';
import type { GroupOperation, Operation, PersonOperation } from '../plan/operation.js';
import { equal, exactlySame } from '../shape/compare.js';
import { diffBodies } from '../shape/diff.js';
import { parseTargetPath, readAt } from '../shape/target-path.js';

export function isDone(operation: Operation, { links, groupLinks }: Linked): boolean {
  const { subject } = operation;
  switch (operation.kind) {
    case 'create-user':
    case 'adopt-user':
    case 'update-user':
    case 'reactivate-user':
    case 'deactivate-user':
      if (operation.kind === 'deactivate-user' && operation.mode === 'delete') return !links.has(subject);
      return holds(links.get(subject), operation);
    case 'create-group':
    case 'adopt-group':
    case 'update-group':
      return holds(groupLinks.get(subject), operation);
    case 'change-members': {
      const members = new Set(groupLinks.get(subject)?.members);
      const hasJoined = (id: string) => members.has(linkedId(links.get(id)) ?? '');
      return operation.add.every(hasJoined) && !operation.remove.some((id) => members.has(id));
    }
    case 'release-group': {
      const link = groupLinks.get(subject);
      return operation.mode === 'delete' ? link === undefined : link?.members.length === 0;
    }
    case 'set-manager': {
      const { personId, value } = operation.manager;
      const wanted = value ?? linkedId(links.get(personId));
      return wanted !== null && managersIn(links.get(subject)?.sent ?? {}).includes(JSON.stringify(wanted));
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

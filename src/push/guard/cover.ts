/** What an approved plan covers of a later one: the rest of it, when part was done meanwhile, and nothing else. Pure. */
import { canonicalJson } from '../../json.js';
import type { Operation, Plan } from '../plan/operation.js';

/** Whether an operation, adoptions that wait included, does nothing but what an approved plan says. */
export type Covers = (operation: Operation) => boolean;

export function coversOf({ operations, awaiting }: Pick<Plan, 'operations' | 'awaiting'>): Covers {
  const byId = new Map([...operations, ...awaiting].map((operation) => [operation.id, operation]));
  return (operation) => {
    const whole = byId.get(operation.id);
    return whole !== undefined && isPartOf(operation, whole);
  };
}

function isPartOf(part: Operation, whole: Operation): boolean {
  return (
    frameOf(part) === frameOf(whole) &&
    isSubset(part.changes.map(canonicalJson), whole.changes.map(canonicalJson)) &&
    isSubset(listOf(part, 'add'), listOf(whole, 'add')) &&
    isSubset(listOf(part, 'remove'), listOf(whole, 'remove'))
  );
}

/**
 * What must be the same: everything but the words, the order, and what can be done in parts. A body counts where something is
 * made or adopted; elsewhere the changes say it all.
 */
function frameOf(operation: Operation): string {
  const { label: _label, reason: _reason, changes: _changes, ...rest } = operation;
  const {
    body,
    add: _add,
    remove: _remove,
    waiting: _waiting,
    wave: _wave,
    lookFirst: _look,
    ...frame
  } = rest as typeof rest & {
    body?: unknown;
    add?: unknown;
    remove?: unknown;
    waiting?: unknown;
    wave?: unknown;
    lookFirst?: unknown;
  };
  const isMade = /^(create|adopt)-/.test(operation.kind);
  return canonicalJson(isMade ? { ...frame, body } : frame);
}

function listOf(operation: Operation, name: 'add' | 'remove'): readonly string[] {
  if (operation.kind === 'change-members') return operation[name];
  return operation.kind === 'release-group' && name === 'remove' ? operation.remove : [];
}

function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  const all = new Set(whole);
  return part.every((item) => all.has(item));
}

/**
 * Cuts the operations on people into waves: an operation relies only on those of earlier waves. Managers come before
 * their reports, a userName is freed before it is taken. A circle of managers is broken by setting one of them afterwards,
 * a circle of userNames by parking one of the people on a temporary one (R16, R17).
 */
import { type Draft, replacePeople } from './draft.js';
import type { PersonOperation, SetManager } from './operation.js';
import { park } from './parking.js';
import { type Waits, withoutUserName } from './user-names.js';

/** Sets `wave` on the operations of the draft and returns the managers to be set afterwards. */
export function orderPeople(draft: Draft, waits: Waits): SetManager[] {
  const afterwards: SetManager[] = [];
  const byPerson = new Map(draft.people.map((operation) => [operation.subject, operation]));
  const defer = (operation: PersonOperation) => {
    if (operation.manager === null) return;
    afterwards.push({
      id: `set-manager:${operation.subject}`,
      kind: 'set-manager',
      subject: operation.subject,
      label: operation.label,
      reason: 'the manager is set once both are on the target',
      manager: operation.manager,
      changes: [],
    });
    operation.manager = null;
  };
  if (draft.input.profile.manager.pass === 'second') draft.people.forEach(defer);

  const managerOf = (operation: PersonOperation) =>
    operation.manager === null ? undefined : byPerson.get(operation.manager.personId);
  const state = new Map<PersonOperation, 'open' | 'done'>();
  const circle = new Set<PersonOperation>();
  for (const start of draft.people) {
    const path: PersonOperation[] = [];
    for (let operation: PersonOperation | undefined = start; operation !== undefined; ) {
      if (!state.has(operation)) {
        state.set(operation, 'open');
        path.push(operation);
      }
      const next: PersonOperation | undefined = [waits.get(operation.id), managerOf(operation)].find(
        (candidate) => candidate !== undefined && state.get(candidate) !== 'done',
      );
      if (next === undefined) {
        operation.wave = waveAfter([waits.get(operation.id), managerOf(operation)]);
        state.set(operation, 'done');
        path.pop();
        operation = path.at(-1);
      } else if (state.get(next) === 'open') {
        const from = path.indexOf(next);
        const broken = from + breakCircle(path.slice(from), waits, defer, { draft, circle });
        for (const abandoned of path.splice(broken + 1)) state.delete(abandoned);
        operation = path.at(-1);
      } else {
        operation = next;
      }
    }
  }
  dropCircle(draft, circle);
  const kept = new Set(draft.people.map(({ subject }) => subject));
  const dropped = new Set([...circle].flatMap(({ subject }) => (kept.has(subject) ? [] : [subject])));
  return afterwards.filter(({ subject }) => !dropped.has(subject));
}

function waveAfter(earlier: readonly (PersonOperation | undefined)[]): number {
  return Math.max(0, ...earlier.map((operation) => (operation === undefined ? 0 : operation.wave + 1)));
}

/**
 * Breaks a circle, each of whose operations relies on the next; returns the index of the one that no longer does. Where
 * nobody can be parked, all of them are given up.
 */
function breakCircle(
  operations: readonly PersonOperation[],
  waits: Waits,
  defer: (operation: PersonOperation) => void,
  { draft, circle }: { draft: Draft; circle: Set<PersonOperation> },
): number {
  const nextOf = (index: number) => operations[(index + 1) % operations.length];
  const index = operations.findIndex((operation, at) => waits.get(operation.id) !== nextOf(at));
  const byManager = operations[index];
  if (byManager !== undefined) {
    defer(byManager);
    return index;
  }
  for (const [at, operation] of operations.entries()) {
    const inTheWay = nextOf(at);
    const parking = inTheWay === undefined ? undefined : park(inTheWay, draft);
    if (parking === undefined) continue;
    draft.people.push(parking);
    waits.set(operation.id, parking);
    return at;
  }
  for (const operation of operations) {
    circle.add(operation);
    waits.delete(operation.id);
  }
  return 0;
}

function dropCircle(draft: Draft, circle: ReadonlySet<PersonOperation>): void {
  if (circle.size === 0) return;
  replacePeople(
    draft,
    draft.people.flatMap((operation) =>
      circle.has(operation) ? withoutUserName(operation, draft) : [operation],
    ),
  );
  for (const operation of circle) {
    draft.arriving.delete(operation.subject);
    draft.skipped.push({
      code: 'USERNAME_CIRCLE',
      severity: 'error',
      kind: 'person',
      subject: operation.subject,
      label: operation.label,
      message: `${circle.size} people exchange their userNames among themselves, and the target takes no temporary one.`,
      remedy: 'Give one of them a temporary e-mail for one run.',
    });
  }
}

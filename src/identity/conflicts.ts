/** The conflict queue: what the bridge will not decide by itself. Pure transitions; a caller stores the records. */
import { BridgeError } from '../errors.js';
import type { SourceName } from './person.js';

/**
 * `ambiguous-match`: several people could be the one a source means. `same-email`: several people have one work e-mail or
 * userName. `fight`: two writers keep overwriting each other's value. `drift`: somebody changed a value on a target, and the admin
 * wants to be asked. `adoption`: what is on a target could be somebody's account, or a unit's group, and is not taken.
 */
export type ConflictKind = 'ambiguous-match' | 'same-email' | 'fight' | 'drift' | 'adoption';

/** What was found, in ids only: no personal data. */
export interface Finding {
  kind: ConflictKind;
  /** The source that means somebody; null when the finding is about people only, and for fights, which have two sides. */
  source: SourceName | null;
  /** The source's own id for the person it means; null when it gave none or the finding is about no single resource. */
  sourceId: string | null;
  /** The key or attribute on which they collide: `userName`, `workEmail`, `name.familyName`. */
  on: string;
  /** Bridge ids of the people concerned. */
  people: readonly string[];
  /** Of an `adoption`. */
  adoption?: Adoption;
}

/** What is there on a target, and why nobody is linked to it. */
export interface Adoption {
  /** As the plan has it: `AMBIGUOUS_MATCH`, `ADOPTION_CONFLICT`, `ACCOUNT_LINKED_ELSEWHERE`, `DUPLICATE_GROUP_NAME`. */
  code: string;
  /** Bridge id of the group that is meant; null where it is a person. */
  group: string | null;
  /** Ids of the accounts or groups on the target. */
  targetIds: readonly string[];
  /** What settles it: neither a link nor an owner does. */
  remedy: string;
}

export interface Conflict extends Finding {
  id: string;
  version: number;
  state: 'open' | 'linked' | 'settled' | 'dismissed' | 'gone';
  openedAt: string;
  /** Who closed it and when; null while open. */
  resolution: Resolution | null;
}

export interface Resolution {
  by: string;
  /** ISO instant. */
  at: string;
  /** To whom the resource was linked. */
  person: string | null;
  /** Who has the last word about the value, where that was the question. */
  owner?: SourceName;
}

/** The same finding always has the same id, so that finding it again adds nothing to the queue. */
export function conflictId({ kind, source, sourceId, on, people, adoption }: Finding): string {
  return [kind, source, on, sourceId ?? adoption?.group ?? [...people].sort().join(',')].join(' ');
}

/**
 * Files a finding. A dismissed or linked conflict stays closed while it concerns the same people and accounts, and opens again
 * when it concerns others.
 * @returns the record as it should be stored: the one given when nothing changes
 */
export function fileConflict(finding: Finding, before: Conflict | undefined, at: string): Conflict {
  const people = [...finding.people].sort();
  const isKnown = before !== undefined && concerned({ ...finding, people }) === concerned(before);
  if (isKnown && before.state !== 'gone') return before;
  return {
    ...finding,
    people,
    id: conflictId(finding),
    version: before?.version ?? 0,
    state: 'open',
    openedAt: before?.state === 'open' ? before.openedAt : at,
    resolution: null,
  };
}

function concerned({ people, adoption }: Finding): string {
  return [...people, adoption?.code, ...(adoption?.targetIds ?? [])].join(' ');
}

/** Whether the question is whose value counts, and not who somebody is. */
export function isAboutValue({ kind }: Finding): boolean {
  return kind === 'fight' || kind === 'drift';
}

/**
 * The admin says which person is meant. Throws `CONFLICT_CLOSED`, `CONFLICT_OTHER_PERSON` for one not concerned, or
 * `CONFLICT_OTHER_KIND` where nobody asks who somebody is.
 */
export function linkConflict(conflict: Conflict, person: string, by: string, at: string): Conflict {
  refuseAdoption(conflict);
  if (isAboutValue(conflict)) throw otherKind(conflict, 'whose value counts', 'Settle it with the owner');
  if (!conflict.people.includes(person)) {
    throw new BridgeError(
      'CONFLICT_OTHER_PERSON',
      `Conflict ${conflict.id} does not concern person ${person}`,
      {
        remedy: `Choose one of ${conflict.people.join(', ')}.`,
      },
    );
  }
  return close(conflict, 'linked', { by, at, person });
}

/**
 * The admin says whose value counts; also another one than before. Throws `CONFLICT_CLOSED`, or `CONFLICT_OTHER_KIND` where
 * nobody asks for that.
 */
export function settleConflict(conflict: Conflict, owner: SourceName, by: string, at: string): Conflict {
  refuseAdoption(conflict);
  if (!isAboutValue(conflict)) throw otherKind(conflict, 'who somebody is', 'Link it to the person');
  const open: Conflict = conflict.state === 'settled' ? { ...conflict, state: 'open' } : conflict;
  return close(open, 'settled', { by, at, person: null, owner });
}

/** The admin says that all is well as it is. Throws `CONFLICT_CLOSED`. */
export function dismissConflict(conflict: Conflict, by: string, at: string): Conflict {
  return close(conflict, 'dismissed', { by, at, person: null });
}

/** What led to the conflict is no longer found. Closed conflicts stay as they are. */
export function retireConflict(conflict: Conflict, at: string): Conflict {
  if (conflict.state !== 'open') return conflict;
  return close(conflict, 'gone', { by: 'lucca-scim-bridge', at, person: null });
}

/** Whose account it is shows on the target and in Lucca: the next run sees it there. */
function refuseAdoption({ id, adoption }: Conflict): void {
  if (adoption === undefined) return;
  throw new BridgeError('CONFLICT_OTHER_KIND', `Conflict ${id} is about what is on a target.`, {
    remedy: `${adoption.remedy} The next run sees it. Or dismiss it.`,
  });
}

function otherKind({ id }: Conflict, question: string, remedy: string): BridgeError {
  return new BridgeError('CONFLICT_OTHER_KIND', `Conflict ${id} is about ${question}.`, {
    remedy: `${remedy}, or dismiss it.`,
  });
}

function close(conflict: Conflict, state: Conflict['state'], resolution: Resolution): Conflict {
  if (conflict.state !== 'open') {
    throw new BridgeError('CONFLICT_CLOSED', `Conflict ${conflict.id} is ${conflict.state} already`, {
      remedy: 'Read the queue again.',
    });
  }
  return { ...conflict, state, resolution };
}

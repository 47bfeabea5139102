/** What an admin does with the conflict queue: read it, decide, and take a wrong link apart. */

import { BridgeError } from '../errors.js';
import { assertionOf } from '../identity/assertion.js';
import { type Conflict, dismissConflict, linkConflict, settleConflict } from '../identity/conflicts.js';
import { linkSource, mergePeople, unlinkSource } from '../identity/links.js';
import type { PersonRecord, SourceName } from '../identity/person.js';
import { isInTime } from '../store/in-time.js';
import { changePerson, personUnknown, type StewardContext } from './context.js';
import { findPerson } from './find.js';
import { giveLastWord } from './settle.js';

/** Conflicts in one state, those opened first coming first; all when `state` is left out. */
export async function listConflicts(
  { conflicts }: StewardContext,
  state?: Conflict['state'],
): Promise<Conflict[]> {
  const found: Conflict[] = [];
  for await (const conflict of conflicts.list()) {
    if (state === undefined || conflict.state === state) found.push(conflict);
  }
  return found.sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1));
}

/**
 * Settles who somebody is: the resource that the source means is this person; or, when people only collide with each other,
 * they are one person, who goes on under this id.
 * @throws BridgeError CONFLICT_UNKNOWN, CONFLICT_CLOSED, CONFLICT_OTHER_KIND, CONFLICT_OTHER_PERSON, LINK_TAKEN, PERSON_UNKNOWN
 */
export async function settleWho(
  context: StewardContext,
  id: string,
  { person, by }: { person: string; by: string },
): Promise<Conflict> {
  const conflict = await findConflict(context, id);
  const { id: chosen } = await findPerson(context, person);
  linkConflict(conflict, chosen, by, context.now());
  const { source, sourceId, people } = conflict;
  if (source === null) await mergeInto(context, chosen, people);
  else if (sourceId !== null) {
    await changePerson(context, chosen, (record) => linkSource(record, source, sourceId, context.now()));
  }
  return changeConflict(context, id, (current) => linkConflict(current, chosen, by, context.now()));
}

/**
 * Settles whose value counts: this source has the last word about it for that person from now on.
 * @throws BridgeError CONFLICT_UNKNOWN, CONFLICT_CLOSED, CONFLICT_OTHER_KIND, SOURCE_SILENT, PERSON_UNKNOWN
 */
export async function settleOwnership(
  context: StewardContext,
  id: string,
  { owner, by }: { owner: SourceName; by: string },
): Promise<Conflict> {
  const conflict = await findConflict(context, id);
  settleConflict(conflict, owner, by, context.now());
  for (const person of conflict.people) {
    const at = context.now();
    await changePerson(context, person, (record) => giveLastWord(record, conflict.on, { owner, by }, at));
  }
  return changeConflict(context, id, (current) => settleConflict(current, owner, by, context.now()));
}

/** Says that all is well as it is. @throws BridgeError CONFLICT_UNKNOWN, CONFLICT_CLOSED */
export function dismiss(context: StewardContext, id: string, by: string): Promise<Conflict> {
  return changeConflict(context, id, (conflict) => dismissConflict(conflict, by, context.now()));
}

/**
 * Says that a source's resource is somebody else: what it said goes, and matching never links the two again.
 * @throws BridgeError PERSON_UNKNOWN, PERSON_AMBIGUOUS, SOURCE_SILENT, PERSON_BORN_IN_LUCCA
 */
export async function unlinkPerson(
  context: StewardContext,
  reference: string,
  source: SourceName,
): Promise<PersonRecord> {
  const { id } = await findPerson(context, reference);
  return changePerson(context, id, (person) => {
    refuseUnlinking(person, source);
    return unlinkSource(person, source, context.now());
  });
}

function refuseUnlinking(person: PersonRecord, source: SourceName): void {
  const assertion = assertionOf(person, source);
  if (assertion === undefined) {
    throw new BridgeError('SOURCE_SILENT', `${source} says nothing about person ${person.id}.`, {
      remedy: `These sources do: ${Object.keys(person.assertions).join(', ')}.`,
    });
  }
  // Whom Lucca brought first is its person: the id is derived from the Lucca id, and the next reading would link them again.
  if (source === 'lucca' && assertion.since['*'] === person.createdAt) {
    throw new BridgeError('PERSON_BORN_IN_LUCCA', `Person ${person.id} came from Lucca first.`, {
      remedy: 'Unlink the other source instead.',
    });
  }
}

/** In one write, as everybody stands at that moment: whoever writes about one of them meanwhile is taken in, or comes after it. */
async function mergeInto(
  { people, now }: StewardContext,
  chosen: string,
  concerned: readonly string[],
): Promise<void> {
  const others = concerned.filter((id) => id !== chosen);
  for (;;) {
    const to = await people.get(chosen);
    if (to === undefined) throw personUnknown();
    const gone = await people.getMany(others);
    if (gone.length === 0) return;
    const merged = gone.reduce((one, from) => mergePeople(from, one, now()), to);
    if (await isInTime(() => people.put([merged], gone))) return;
  }
}

async function findConflict({ conflicts }: StewardContext, id: string): Promise<Conflict> {
  const conflict = await conflicts.get(id);
  if (conflict !== undefined) return conflict;
  throw new BridgeError('CONFLICT_UNKNOWN', 'There is no conflict with this id.', {
    remedy: 'Read the queue again; ids hold spaces, which an address writes as %20.',
  });
}

async function changeConflict(
  context: StewardContext,
  id: string,
  change: (conflict: Conflict) => Conflict,
): Promise<Conflict> {
  for (;;) {
    const next = change(await findConflict(context, id));
    if (await isInTime(() => context.conflicts.put([next]))) return next;
  }
}

/** The groups that Lucca's units make, as they are kept between readings. */
import { jsonEqual } from '../../identity/json-equal.js';
import type { JsonObject } from '../../json.js';
import type { GroupKind, TranslatedGroup, Translation } from '../../mapping/translation.js';
import type { StoredRecord } from '../../store/store.js';

export interface LuccaGroupRecord extends StoredRecord {
  /** `department:31`: kind and Lucca id. */
  key: string;
  kind: GroupKind;
  /** displayName, externalId, and the Lucca group extension. */
  attributes: JsonObject;
  /** Bridge ids. */
  members: readonly string[];
  /** ISO instants. */
  createdAt: string;
  updatedAt: string;
}

/** What a reading changes in the collection `lucca-groups`. */
export interface LuccaGroupChanges {
  /** To be put: new groups, and those that differ from what is stored. */
  changed: LuccaGroupRecord[];
  /** Ids to be deleted: their units are gone from Lucca. */
  gone: string[];
}

/**
 * Compares the groups of a reading with the stored ones. A reading that did not prove complete (R4) adds and renames, but takes
 * nothing away: neither groups nor members.
 * @param stored by bridge id
 */
export function groupRecordsOf(
  translation: Translation,
  stored: ReadonlyMap<string, LuccaGroupRecord>,
  { complete }: { complete: boolean },
): LuccaGroupChanges {
  const changed = translation.groups.flatMap((group) => {
    const before = stored.get(group.id);
    const after = toRecord(group, before, translation.at, complete);
    return after === before ? [] : [after];
  });
  const seen = new Set(translation.groups.map(({ id }) => id));
  return { changed, gone: complete ? [...stored.keys()].filter((id) => !seen.has(id)) : [] };
}

/** The record given when nothing changed. */
function toRecord(
  { id, key, kind, attributes, members }: TranslatedGroup,
  before: LuccaGroupRecord | undefined,
  at: string,
  complete: boolean,
): LuccaGroupRecord {
  if (before === undefined) {
    return { id, version: 0, key, kind, attributes, members, createdAt: at, updatedAt: at };
  }
  const kept = complete ? members : [...new Set([...before.members, ...members])];
  const isSame = jsonEqual(before.attributes, attributes) && jsonEqual([...before.members], [...kept]);
  return isSame ? before : { ...before, key, kind, attributes, members: kept, updatedAt: at };
}

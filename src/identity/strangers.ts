/** Resources of a source that an admin said are somebody else: the two are never linked again (R14). */
import { assertionOf } from './assertion.js';
import { sourceKey } from './match-keys.js';
import type { PersonRecord, SourceName } from './person.js';

/** How `PersonRecord.strangers` holds a resource; one to which its source gave no id stands for all of the source. */
export function strangerKey(source: SourceName, sourceId: string | null): string {
  return sourceId === null ? source : sourceKey(source, sourceId);
}

/** Whether the source's resource is known to be somebody else. */
export function isStranger(
  { strangers = [] }: PersonRecord,
  source: SourceName,
  sourceId: string | null,
): boolean {
  return strangers.includes(source) || strangers.includes(strangerKey(source, sourceId));
}

/** Whether what the source once said of the person was meant for somebody else, and it speaks of nobody here since. */
export function isEstranged(person: PersonRecord, source: SourceName): boolean {
  const { strangers = [] } = person;
  if (strangers.length === 0 || assertionOf(person, source) !== undefined) return false;
  return strangers.some((stranger) => stranger === source || stranger.startsWith(`${source} `));
}

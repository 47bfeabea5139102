/** What an admin does with links between sources and people. Every function gives new records. */
import { BridgeError } from '../errors.js';
import { assertionOf, putAssertion } from './assertion.js';
import { sourceKey } from './match-keys.js';
import type { PersonRecord, SourceName } from './person.js';

/** Says that a source's resource is this person; what the source says about it arrives with its next word. */
export function linkSource(
  person: PersonRecord,
  source: SourceName,
  sourceId: string,
  at: string,
): PersonRecord {
  refuseSecond(person, source, sourceId);
  const key = sourceKey(source, sourceId);
  const { strangers = [], ...rest } = person;
  const others = strangers.filter((stranger) => stranger !== key);
  const welcomed: PersonRecord = others.length > 0 ? { ...rest, strangers: others } : rest;
  const known = assertionOf(person, source);
  return known?.sourceId === sourceId
    ? welcomed
    : putAssertion(welcomed, source, { sourceId, attributes: {} }, at);
}

/** Says that a source's resource is somebody else: its assertion goes, and matching never links the two again. */
export function unlinkSource(person: PersonRecord, source: SourceName, at: string): PersonRecord {
  const assertion = assertionOf(person, source);
  if (!assertion) return person;
  const { [source]: _, ...assertions } = person.assertions;
  const strangers = new Set(person.strangers);
  if (assertion.sourceId !== null) strangers.add(sourceKey(source, assertion.sourceId));
  return {
    ...person,
    updatedAt: at,
    lucca: source === 'lucca' ? null : person.lucca,
    assertions,
    ...(strangers.size > 0 && { strangers: [...strangers] }),
  };
}

/**
 * Joins two records of one person: all that is said about `from` and its links move to `to`, which answers to the id of `from`
 * as well. `from` is to be deleted with the same write. Throws `LINK_TAKEN` when a source speaks about both.
 */
export function mergePeople(from: PersonRecord, to: PersonRecord, at: string): PersonRecord {
  for (const [source, { sourceId }] of Object.entries(from.assertions)) refuseSecond(to, source, sourceId);
  return {
    ...to,
    updatedAt: at,
    lucca: to.lucca ?? from.lucca,
    assertions: { ...from.assertions, ...to.assertions },
    links: { ...from.links, ...to.links },
    aliases: [...new Set([...(to.aliases ?? []), ...(from.aliases ?? []), from.id])],
  };
}

function refuseSecond(person: PersonRecord, source: SourceName, sourceId: string | null): void {
  const known = assertionOf(person, source);
  if (!known || known.deletedAt !== undefined || known.sourceId === sourceId) return;
  throw new BridgeError(
    'LINK_TAKEN',
    `Person ${person.id} already stands for another resource of ${source}`,
    {
      remedy: 'Unlink that resource from the person first, or choose another person.',
    },
  );
}

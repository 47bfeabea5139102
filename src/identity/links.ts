/** What an admin does with links between sources and people. Every function gives new records. */
import { BridgeError } from '../errors.js';
import { assertionOf, putAssertion } from './assertion.js';
import { joinCells, splitCells } from './cells.js';
import type { Assertion, PersonRecord, SourceName } from './person.js';
import { strangerKey } from './strangers.js';

/** Says that a source's resource is this person; what the source says about it arrives with its next word. */
export function linkSource(
  person: PersonRecord,
  source: SourceName,
  sourceId: string,
  at: string,
): PersonRecord {
  refuseSecond(person, source, sourceId);
  const key = strangerKey(source, sourceId);
  const { strangers = [], ...rest } = person;
  const others = strangers.filter((stranger) => stranger !== key && stranger !== source);
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
  const strangers = new Set(person.strangers).add(strangerKey(source, assertion.sourceId));
  return {
    ...person,
    updatedAt: at,
    lucca: source === 'lucca' ? null : person.lucca,
    assertions,
    strangers: [...strangers],
  };
}

/**
 * Joins two records of one person: all that is said about `from` and its links move to `to`, which answers to the id of `from`
 * as well. `from` is to be removed with the same write. Throws `LINK_TAKEN` when a source speaks about both as two resources.
 */
export function mergePeople(from: PersonRecord, to: PersonRecord, at: string): PersonRecord {
  const strangers = strangersOf(from, to);
  const quarrels = { ...from.quarrels, ...to.quarrels };
  const owners = { ...from.owners, ...to.owners };
  const { strangers: _, quarrels: _quarrels, owners: _owners, ...rest } = to;
  return {
    ...rest,
    updatedAt: at,
    lucca: to.lucca ?? from.lucca,
    assertions: mergeAssertions(from, to),
    links: { ...from.links, ...to.links },
    aliases: [...new Set([...(to.aliases ?? []), ...(from.aliases ?? []), from.id])],
    ...(strangers.length > 0 && { strangers }),
    ...(Object.keys(quarrels).length > 0 && { quarrels }),
    ...(Object.keys(owners).length > 0 && { owners }),
  };
}

function mergeAssertions(from: PersonRecord, to: PersonRecord): PersonRecord['assertions'] {
  const merged = { ...from.assertions, ...to.assertions };
  for (const [source, said] of Object.entries(from.assertions)) {
    const known = assertionOf(to, source);
    if (known === undefined || said.deletedAt !== undefined) continue;
    if (source === 'manual') merged[source] = mergeByHand(said, known);
    else if (known.deletedAt !== undefined) merged[source] = said;
    else {
      // Without ids of its own, a source that speaks about both has two resources.
      if (said.sourceId === null) refuseTaken(to, source);
      refuseSecond(to, source, said.sourceId);
      merged[source] = said.at > known.at ? said : known;
    }
  }
  return merged;
}

/** What was set by hand for either of them; for the one who goes on where both have a value. */
function mergeByHand(from: Assertion, to: Assertion): Assertion {
  const cells = new Map(
    [from, to].flatMap(({ attributes }) => splitCells(attributes).map((cell) => [cell.path, cell])),
  );
  return {
    ...to,
    attributes: joinCells(cells.values()),
    since: { ...from.since, ...to.since },
    overrides: { ...from.overrides, ...to.overrides },
  };
}

/** Who is none of either of them, except those resources that speak of the other. */
function strangersOf(from: PersonRecord, to: PersonRecord): string[] {
  const said = Object.entries({ ...from.assertions, ...to.assertions });
  const own = new Set(said.map(([source, { sourceId }]) => strangerKey(source, sourceId)));
  return [...new Set([...(to.strangers ?? []), ...(from.strangers ?? [])])].filter((key) => !own.has(key));
}

function refuseSecond(person: PersonRecord, source: SourceName, sourceId: string | null): void {
  const known = assertionOf(person, source);
  if (!known || known.deletedAt !== undefined || known.sourceId === sourceId) return;
  refuseTaken(person, source);
}

function refuseTaken(person: PersonRecord, source: SourceName): never {
  throw new BridgeError(
    'LINK_TAKEN',
    `Person ${person.id} already stands for another resource of ${source}`,
    {
      remedy: 'Unlink that resource from the person first, or choose another person.',
    },
  );
}

/**
 * How assertions change (R9, R11, R18, R30). Every function gives a new person, or the same one when nothing changed, so that
 * nothing needs to be written then. `at` is the ISO instant of the source's word.
 */
import type { JsonObject, JsonValue } from '../json.js';
import { attributeAt, changedAttributes, pickNamed, replaceNamed } from './attribute-names.js';
import { attributePath, type Cell, isListByType, joinCells, splitCells } from './cells.js';
import { jsonEqual, withoutBlanks } from './json-equal.js';
import type { Assertion, Override, PersonRecord, SourceName } from './person.js';

/** What a source says now. */
export interface Statement {
  sourceId: string | null;
  /** All that the source says, in canonical spelling: what it said earlier and leaves out or blank here is withdrawn. */
  attributes: JsonObject;
}

/** What a PATCH did to the effective user that its client saw. */
export interface Revision {
  sourceId: string | null;
  seen: JsonObject;
  result: JsonObject;
  /** Paths of the attributes that the client wrote or removed, changed or not (`name`, `urn:…:User:department`). */
  touched: readonly string[];
}

/** A person of whom nobody has said anything yet. */
export function newPerson(id: string, at: string): PersonRecord {
  return { id, version: 0, createdAt: at, updatedAt: at, lucca: null, assertions: {}, links: {} };
}

/** What `source` has said about a person; undefined when it never spoke. Holds `deletedAt` when the source deleted it. */
export function assertionOf(person: PersonRecord, source: SourceName): Assertion | undefined {
  return Object.hasOwn(person.assertions, source) ? person.assertions[source] : undefined;
}

/** Replaces what `source` says about a person: a reading of Lucca, a POST or PUT of an IdP. */
export function putAssertion(
  person: PersonRecord,
  source: SourceName,
  statement: Statement,
  at: string,
): PersonRecord {
  const { sourceId, attributes } = statement;
  return heed(person, source, { sourceId, attributes: keepable(attributes) }, at);
}

/**
 * Records what a PATCH says. Of a list or name that was touched, only what the client changed becomes its own: the rest is what
 * it saw, of others or of itself.
 */
export function patchAssertion(
  person: PersonRecord,
  source: SourceName,
  revision: Revision,
  at: string,
): PersonRecord {
  const touched = revision.touched.map(attributeAt);
  const earlier = assertionOf(person, source)?.attributes ?? {};
  const seen = cellsAt(pickNamed(revision.seen, touched));
  const own = cellsAt(pickNamed(earlier, touched));
  const result = cellsAt(keepable(pickNamed(revision.result, touched)));
  const next = new Map([...own].filter(([path]) => result.has(path)));
  for (const [path, cell] of result) {
    const isOwn = cell.slot === null || !jsonEqual(cell.value, seen.get(path)?.value);
    if (isOwn) next.set(path, cell);
  }
  const attributes = replaceNamed(earlier, joinCells(next.values()), touched);
  return heed(person, source, { sourceId: revision.sourceId, attributes }, at);
}

/** Takes a word in, unless the source has said the same before. */
function heed(person: PersonRecord, source: SourceName, statement: Statement, at: string): PersonRecord {
  const before = assertionOf(person, source);
  const isSaid =
    before?.deletedAt === undefined &&
    before?.sourceId === statement.sourceId &&
    jsonEqual(before.attributes, statement.attributes);
  return isSaid ? person : withAssertion(person, source, statement, at);
}

/**
 * Takes values back: an admin hands them to the next source (R18), releases a manual one, or a client withdraws them.
 * @param paths Cells, whole attributes or extension URNs; or `all`.
 */
export function withdraw(
  person: PersonRecord,
  source: SourceName,
  paths: readonly string[] | 'all',
  at: string,
): PersonRecord {
  const before = assertionOf(person, source);
  if (!before) return person;
  const taken = new Set(paths);
  const isTaken = ({ path, extension, attribute }: Cell): boolean =>
    paths === 'all' ||
    taken.has(path) ||
    taken.has(attributePath(extension, attribute)) ||
    (extension !== null && taken.has(extension));
  const cells = splitCells(before.attributes);
  const kept = cells.filter((cell) => !isTaken(cell));
  if (kept.length === cells.length) return person;
  const statement = { sourceId: before.sourceId, attributes: joinCells(kept) };
  return withAssertion(person, source, statement, at, before.overrides);
}

/** The source deleted its resource (R30): its values are withdrawn, and it must create the person again to be heard. */
export function deleteAssertion(person: PersonRecord, source: SourceName, at: string): PersonRecord {
  const before = assertionOf(person, source);
  if (!before || before.deletedAt !== undefined) return person;
  const deleted: Assertion = {
    sourceId: before.sourceId,
    attributes: {},
    at,
    since: { '*': at },
    deletedAt: at,
  };
  return { ...person, updatedAt: at, assertions: { ...person.assertions, [source]: deleted } };
}

/** Sets values by hand, beside those set earlier. Each remembers who set it and until when it holds. */
export function overrideValues(
  person: PersonRecord,
  values: JsonObject,
  override: Override,
  at: string,
): PersonRecord {
  const before = assertionOf(person, 'manual');
  const cells = splitCells(keepable(values));
  const next = byPath([...splitCells(before?.attributes ?? {}), ...cells]);
  const overrides = { ...before?.overrides };
  for (const { path } of cells) overrides[path] = override;
  const statement = { sourceId: null, attributes: joinCells(next.values()) };
  return withAssertion(person, 'manual', statement, at, overrides);
}

function withAssertion(
  person: PersonRecord,
  source: SourceName,
  { sourceId, attributes }: Statement,
  at: string,
  overrides?: Record<string, Override>,
): PersonRecord {
  const since = sinceAfter(assertionOf(person, source), attributes, at);
  const assertion: Assertion = { sourceId, attributes, at, since };
  if (overrides) assertion.overrides = onlyFor(attributes, overrides);
  return { ...person, updatedAt: at, assertions: { ...person.assertions, [source]: assertion } };
}

function onlyFor(attributes: JsonObject, overrides: Record<string, Override>): Record<string, Override> {
  const paths = cellsAt(attributes);
  return Object.fromEntries(Object.entries(overrides).filter(([path]) => paths.has(path)));
}

/** Values that stay the same keep their instant; those changed, added or withdrawn get this one. */
function sinceAfter(before: Assertion | undefined, attributes: JsonObject, at: string): Assertion['since'] {
  if (!before) return { '*': at };
  const changed = [...changedAttributes(before.attributes, attributes).values()];
  const earlier = cellsAt(pickNamed(before.attributes, changed));
  const { '*': first = at, ...notes } = before.since;
  const since: Assertion['since'] = { '*': first, ...notes };
  for (const [path, { value }] of cellsAt(pickNamed(attributes, changed))) {
    if (!jsonEqual(earlier.get(path)?.value, value)) since[path] = at;
    earlier.delete(path);
  }
  for (const [path, cell] of earlier) {
    // The values of a list come and go without end: what is gone from it leaves no note.
    if (cell.slot === null || cell.attribute === 'name' || isListByType(cell.attribute)) since[path] = at;
    else delete since[path];
  }
  return since;
}

function cellsAt(attributes: JsonObject): Map<string, Cell> {
  return byPath(splitCells(attributes));
}

function byPath(cells: readonly Cell[]): Map<string, Cell> {
  return new Map(cells.map((cell) => [cell.path, cell]));
}

/** What no source can assert: the bridge's own attributes, memberships, and secrets. */
const NEVER_KEPT: ReadonlySet<string> = new Set(['id', 'meta', 'schemas', 'groups', 'password']);

function keepable(attributes: JsonObject): JsonObject {
  const pruned: JsonValue | undefined = withoutBlanks(attributes);
  const kept = typeof pruned === 'object' && pruned !== null && !Array.isArray(pruned) ? pruned : {};
  if (!Object.keys(kept).some((name) => NEVER_KEPT.has(name))) return kept;
  return Object.fromEntries(Object.entries(kept).filter(([name]) => !NEVER_KEPT.has(name)));
}

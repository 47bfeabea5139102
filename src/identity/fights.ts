/**
 * Fights: writers who take turns in saying something else about one value, each undoing what the other said. Precedence still
 * decides between them; somebody has to decide who is right. Lucca and people who set values by hand have no part in it.
 */
import { hash } from 'node:crypto';
import { canonicalJson, type JsonObject, type JsonValue } from '../json.js';
import { assertionOf } from './assertion.js';
import { pickNamed } from './attribute-names.js';
import { type Cell, isListByType, splitCells } from './cells.js';
import type { Finding } from './conflicts.js';
import { jsonEqual } from './json-equal.js';
import type { PersonRecord, Quarrel, SourceName } from './person.js';

/** Going back and forth more often than this is a fight. */
export const MOST_SWINGS = 3;

/** Quarrels older than this are forgotten. */
const FORGOTTEN_MS = 30 * 24 * 3_600_000;

/** What a source says in one request, be it new or not. */
export interface Word {
  source: SourceName;
  /** Canonical, as in an assertion. */
  attributes: JsonObject;
  /** ISO instant. */
  at: string;
}

/**
 * Notes in a person's record what a source said about values that were said to be something else before.
 * @param before the person before the word, for what the source itself said earlier
 * @param after the same with the word taken in; this very record when there is nothing to note
 */
export function noteWord(before: PersonRecord, after: PersonRecord, word: Word): PersonRecord {
  if (!isWriter(word.source)) return after;
  const known = before.quarrels ?? {};
  const rivals = Object.keys(before.assertions).filter(isWriter);
  const isFirst = rivals.length === 0 || (after === before && rivals.length === 1);
  if (isFirst && before.quarrels === undefined) return after;
  const changed = splitCells(word.attributes)
    .filter(isSingle)
    .flatMap((cell): [string, Quarrel][] => {
      const { path, value } = cell;
      const quarrel = Object.hasOwn(known, path) ? known[path] : undefined;
      const isLive = quarrel !== undefined && !isForgotten(quarrel, word.at);
      const next = isLive
        ? goOn(quarrel, value, word.at)
        : begin(value, sayingsOf(before, rivals, word.source, cell), word.at);
      return next === undefined || next === quarrel ? [] : [[path, next]];
    });
  if (changed.length === 0) return after;
  const live = Object.entries(known).filter(([, quarrel]) => !isForgotten(quarrel, word.at));
  return { ...after, quarrels: Object.fromEntries([...live, ...changed]) };
}

/** The fights about a person, for the conflict queue: always the same finding, whoever spoke last. */
export function findFights({ id, quarrels = {} }: PersonRecord): Finding[] {
  return Object.entries(quarrels)
    .filter(([, { swings }]) => swings > MOST_SWINGS)
    .map(([path]) => fightOver(path, id));
}

/** The finding that two writers fight over a value of a person, on whichever side of the bridge. */
export function fightOver(path: string, person: string): Finding {
  return { kind: 'fight', source: null, sourceId: null, on: path, people: [person] };
}

/** A quarrel begins where something else was said before. */
function begin(value: JsonValue, earlier: readonly JsonValue[], at: string): Quarrel | undefined {
  const other = earlier.find((each) => !jsonEqual(each, value));
  return other === undefined ? undefined : { said: digest(value), before: digest(other), swings: 0, at };
}

/** A fight that is known needs no further notes until it is forgotten. */
function goOn(quarrel: Quarrel, value: JsonValue, at: string): Quarrel {
  if (quarrel.swings > MOST_SWINGS) return quarrel;
  const said = digest(value);
  if (quarrel.said === said) return quarrel;
  return { said, before: quarrel.said, swings: quarrel.before === said ? quarrel.swings + 1 : 0, at };
}

/** What writers have said so far in a cell; what the source itself said comes first. */
function sayingsOf(
  person: PersonRecord,
  writers: readonly SourceName[],
  first: SourceName,
  cell: Cell,
): JsonValue[] {
  const inOrder = [...writers].sort((one, other) => Number(other === first) - Number(one === first));
  return inOrder.flatMap((source) => {
    const said = pickNamed(assertionOf(person, source)?.attributes ?? {}, [cell]);
    return splitCells(said).flatMap(({ path, value }) => (path === cell.path ? [value] : []));
  });
}

function isWriter(source: SourceName): boolean {
  return source.startsWith('idp:') || source.startsWith('target:');
}

/** The values of most lists come and go by themselves; nobody fights over one of them. */
function isSingle({ slot, attribute }: Cell): boolean {
  return slot === null || attribute === 'name' || isListByType(attribute);
}

/** @param now ISO instant */
export function isForgotten({ at }: Pick<Quarrel, 'at'>, now: string): boolean {
  return Date.parse(now) - Date.parse(at) > FORGOTTEN_MS;
}

/** Values themselves are not kept: what a source withdrew is nobody's to know any more. */
function digest(value: JsonValue): string {
  return hash('sha256', canonicalJson(value), 'base64url').slice(0, 16);
}

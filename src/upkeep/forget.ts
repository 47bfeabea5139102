/**
 * Cuts everything that speaks of one person out of a record, whatever the record is: plans, reports and queues name people in
 * many places, and a kind of record that is new tomorrow must not be forgotten here. Pure.
 */
import { gunzipSync } from 'node:zlib';
import { sourceKey } from '../identity/match-keys.js';
import type { PersonRecord } from '../identity/person.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { ENTERPRISE_USER } from '../scim/schema.js';
import type { StoredRecord } from '../store/store.js';

/** By what a person is named. */
export interface Mentions {
  /** Bridge ids, former ones included: they mean this person wherever they stand. */
  ids: ReadonlySet<string>;
  /** Each source's own id for the person. */
  sources: ReadonlyMap<string, string>;
  /** The same, as texts of source and id. */
  sourceKeys: ReadonlySet<string>;
  /** Each target's id of the person's account. */
  accounts: ReadonlyMap<string, string>;
  /** userNames and e-mail addresses in lower case, and employee numbers: by these too a manager is named. */
  handles: ReadonlySet<string>;
}

export function mentionsOf({ id, aliases = [], assertions, lucca, links }: PersonRecord): Mentions {
  const sources = new Map<string, string>();
  for (const [source, { sourceId }] of Object.entries(assertions)) {
    if (sourceId !== null) sources.set(source, sourceId);
  }
  if (lucca !== null) sources.set('lucca', lucca.luccaId);
  const accounts = new Map<string, string>();
  for (const [target, { targetId }] of Object.entries(links)) {
    if (targetId !== null) accounts.set(target, targetId);
  }
  const sourceKeys = new Set([...sources].map(([source, sourceId]) => sourceKey(source, sourceId)));
  const bodies = Object.values(assertions).map(({ attributes }) => attributes);
  for (const { sent } of Object.values(links)) if (sent !== null) bodies.push(sent);
  const handles = new Set(bodies.flatMap(handlesIn));
  return { ids: new Set([id, ...aliases]), sources, sourceKeys, accounts, handles };
}

function handlesIn({ userName, emails, [ENTERPRISE_USER]: enterprise }: JsonObject): string[] {
  const addresses = Array.isArray(emails) ? emails.map((email) => isJsonObject(email) && email.value) : [];
  const number = isJsonObject(enterprise) && enterprise.employeeNumber;
  return [userName, ...addresses, number].flatMap((handle) =>
    typeof handle === 'string' ? [handle.toLowerCase()] : [],
  );
}

/**
 * The record without the person: the one given when it does not speak of them, undefined when nothing is left to be said. A
 * conflict goes as a whole, since the next run asks anew what is still to be asked; so does a plan, whose seal says that it is
 * complete.
 */
export function forget<T extends StoredRecord>(
  record: T,
  collection: string,
  mentions: Mentions,
): T | undefined {
  const value = unpack(record as unknown as JsonObject, collection);
  const rest = cutObject(value, mentions, { target: undefined, key: '' });
  if (rest === value) return record;
  return rest === undefined || WHOLE.has(collection) ? undefined : (rest as unknown as T);
}

const WHOLE: ReadonlySet<string> = new Set(['conflicts', 'plans']);

/** A plan's document is kept packed, and says nothing before it is unpacked. */
function unpack(record: JsonObject, collection: string): JsonObject {
  if (collection !== 'plans' || typeof record.document !== 'string') return record;
  return {
    ...record,
    document: JSON.parse(gunzipSync(Buffer.from(record.document, 'base64')).toString('utf8')),
  };
}

/** Where a value stands. */
interface Place {
  /** Whose objects these are, when that is known: its ids of accounts count there. */
  target: string | undefined;
  /** The name that the value has in the object around it. */
  key: string;
}

function cut(value: JsonValue, mentions: Mentions, place: Place): JsonValue | undefined {
  if (MANAGER.test(place.key) && pointsAt(value, mentions, place.target)) return undefined;
  if (Array.isArray(value)) return cutList(value, mentions, place);
  if (isJsonObject(value)) return cutObject(value, mentions, place);
  if (typeof value !== 'string') return value;
  return mentions.ids.has(value) || mentions.sourceKeys.has(value) ? undefined : value;
}

function cutList(list: readonly JsonValue[], mentions: Mentions, place: Place): JsonValue {
  const account = mentions.accounts.get(place.target ?? '');
  const left = list.flatMap((element) => {
    if (account !== undefined && element === account) return [];
    const rest = cut(element, mentions, place);
    return rest === undefined ? [] : [rest];
  });
  const isSame = left.length === list.length && left.every((element, index) => element === list[index]);
  return isSame ? (list as JsonValue[]) : left;
}

function cutObject(object: JsonObject, mentions: Mentions, place: Place): JsonObject | undefined {
  const target = typeof object.target === 'string' ? object.target : place.target;
  if (isAbout(object, mentions, target)) return undefined;
  const account = mentions.accounts.get(target ?? '');
  const left: JsonObject = {};
  let isSame = true;
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const isName = mentions.ids.has(key) || (account !== undefined && key === account);
    const inside = place.key === 'links' || mentions.accounts.has(key) ? key : target;
    const rest = isName ? undefined : cut(value, mentions, { target: inside, key });
    if (rest !== undefined) left[key] = rest;
    if (rest !== value) isSame = false;
  }
  return isSame ? object : left;
}

/** An attribute that names a manager, by itself or at the end of a path, in the form that a target wants. */
const MANAGER = /manager(id)?(\.\w+)?$/i;

/** Whether the person is the manager that a value names. Ids count where they are a target's, or sent to one. */
function pointsAt(value: JsonValue, mentions: Mentions, target: string | undefined): boolean {
  if (value !== null && typeof value === 'object') {
    return Object.values(value).some((part) => part !== undefined && pointsAt(part, mentions, target));
  }
  if (typeof value !== 'string') return false;
  if (mentions.handles.has(value.toLowerCase())) return true;
  if (target === undefined) return false;
  return mentions.accounts.get(target) === value || [...mentions.sources.values()].includes(value);
}

/** Whether an object as a whole speaks of the person: it is gone then, with everything that it says. */
function isAbout(
  object: JsonObject,
  { ids, sources, accounts }: Mentions,
  target: string | undefined,
): boolean {
  const luccaId = sources.get('lucca');
  const account = accounts.get(target ?? '');
  if (Object.values(object).some((value) => typeof value === 'string' && namesOne(value, ids))) return true;
  if (luccaId !== undefined && object.luccaId === luccaId) return true;
  if (luccaId !== undefined && object.kind === 'person' && object.id === luccaId) return true;
  if (typeof object.source === 'string' && typeof object.sourceId === 'string') {
    if (sources.get(object.source) === object.sourceId) return true;
  }
  if (account === undefined) return false;
  return object.value === account || object.id === account || object.targetId === account;
}

/** An id itself, or a longer text that holds it: ids of records are made of several, reasons and paths name them. */
function namesOne(text: string, ids: ReadonlySet<string>): boolean {
  for (const id of ids) if (text.includes(id)) return true;
  return false;
}

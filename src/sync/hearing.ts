/** What a target says about people, where it has a say (R26): its assertion `target:<name>`, which precedence knows (R10). */
import { assertionOf, putAssertion } from '../identity/assertion.js';
import type { Decision, Decisions } from '../identity/decision.js';
import { foldKey } from '../identity/match-keys.js';
import type { PersonRecord, SourceName } from '../identity/person.js';
import { sinceOf } from '../identity/speakers.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { TargetProfile } from '../push/profile.js';
import type { Say } from '../push/reconcile/notes.js';
import type { Heard } from '../push/reconcile/sight.js';
import { leavesOf } from '../push/shape/leaves.js';
import { parseTargetPath, withValueAt } from '../push/shape/target-path.js';

export interface Hearing {
  target: string;
  profile: Pick<TargetProfile, 'userName'>;
  /** What precedence makes of the person now. */
  effective(person: PersonRecord): JsonObject;
  /** The same, value by value. */
  decide(person: PersonRecord): Decisions;
}

/** What stands at a path of the target, as precedence calls it. */
export function cellOf(path: string): string {
  return path === 'emails' ? 'emails[work]' : path;
}

export function sourceOf(target: string): SourceName {
  return `target:${target}`;
}

/**
 * Who has the say about what stands at a path, which was adopted from the target at `since`: an admin may have handed it back,
 * or a source of higher precedence may have said something new. What that source had said before all along is no new word (R26).
 */
export function whoSays(person: PersonRecord, path: string, since: string, hearing: Hearing): Say {
  const { target, profile } = hearing;
  const source = sourceOf(target);
  const leaves = leavesOf(assertionOf(person, source)?.attributes ?? {});
  const isEmail = path === 'userName' && profile.userName === 'work-email';
  if (!leaves.has(path) && !(isEmail && leaves.has('emails'))) return 'nobody';
  const decisions = hearing.decide(person);
  const concerned = [...decisions.values()].filter(
    (decision) =>
      decision.path === path || decision.attribute === path || (isEmail && decision.attribute === 'emails'),
  );
  const isNew = ({ winner, path: cell }: Decision): boolean => {
    const said = winner === null || winner === source ? undefined : assertionOf(person, winner);
    return said !== undefined && sinceOf(said, cell) > since;
  };
  return concerned.flatMap((decision) => withParts(decision, decisions)).some(isNew) ? 'another' : 'target';
}

/** A name that was put together is as new as the parts that its winner said. */
function withParts(decision: Decision, decisions: Decisions): Decision[] {
  if (decision.derived === undefined) return [decision];
  return [...decisions.values()].filter(
    ({ attribute, winner }) => attribute === 'name' && winner === decision.winner,
  );
}

/** Keeps what was heard beside what the target said earlier. The same person when that is nothing new. */
export function hearFromTarget(
  person: PersonRecord,
  heard: readonly Heard[],
  hearing: Omit<Hearing, 'decide'>,
  at: string,
): PersonRecord {
  if (heard.length === 0) return person;
  const { target } = hearing;
  const link = Object.hasOwn(person.links, target) ? person.links[target] : undefined;
  const said = heard.flatMap((one) => inOurForm(one, person, link?.sent ?? {}, hearing));
  const before = assertionOf(person, sourceOf(target))?.attributes ?? {};
  const attributes = said.reduce(
    (all, { path, value }) => withValueAt(all, parseTargetPath(path), value),
    before,
  );
  return putAssertion(person, sourceOf(target), { sourceId: link?.targetId ?? null, attributes }, at);
}

/** Where userName is the work e-mail there, it says the work e-mail; and userName where it is the e-mail here as well. */
function inOurForm(
  { path, value }: Heard,
  person: PersonRecord,
  sent: JsonObject,
  hearing: Omit<Hearing, 'decide'>,
): Heard[] {
  if (path === 'emails') return [{ path, value: emailsIn(value) }];
  if (path !== 'userName' || hearing.profile.userName !== 'work-email') return [{ path, value }];
  const isUserName = foldKey(hearing.effective(person).userName) === foldKey(sent.userName);
  const emails = [{ value, type: 'work', primary: true }];
  return [{ path: 'emails', value: emails }, ...(isUserName ? [{ path, value }] : [])];
}

const EMAIL_PARTS = ['value', 'type', 'primary', 'display'];

/** What a target shows beside these is its own; some show booleans as text, or addresses as bare ones. */
function emailsIn(value: JsonValue): JsonValue {
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => {
    if (!isJsonObject(item)) return { value: item, type: 'work' };
    const kept = Object.entries(item).filter(([name]) => EMAIL_PARTS.includes(name));
    return Object.fromEntries(
      kept.map(([name, part]) => [name, name === 'primary' ? String(part).toLowerCase() === 'true' : part]),
    );
  });
}

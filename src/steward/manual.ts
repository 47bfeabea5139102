/** Values that an admin sets by hand, and values that an admin gives back to Lucca. */

import { BridgeError } from '../errors.js';
import { overrideValues, withdraw } from '../identity/assertion.js';
import { splitCells } from '../identity/cells.js';
import { releaseOwner } from '../identity/owners.js';
import type { PersonRecord, SourceName } from '../identity/person.js';
import type { JsonObject } from '../json.js';
import { defaultRegistry } from '../scim/registry.js';
import { normaliseAttributes } from '../scim/validate.js';
import { createTurns, takeTurns } from '../server/turns.js';
import { isInTime } from '../store/in-time.js';
import { changePerson, type StewardContext } from './context.js';
import { findPerson } from './find.js';

export interface ManualOverride {
  /** SCIM attributes, extensions under their URN. */
  attributes: JsonObject;
  /** Who says so, for the record. */
  author: string;
  /** ISO instant from which the values no longer hold; null for no end. */
  expiresAt: string | null;
}

/** What is handed back; everything that any source but Lucca says when both are left out. */
export interface HandBack {
  source?: SourceName | undefined;
  /** Cells, attributes or extension URNs: `name.familyName`, `emails[work]`, `title`. */
  attributes?: readonly string[] | undefined;
}

/**
 * Sets values by hand: they beat every other source until they expire or are handed back.
 * @throws BridgeError PERSON_UNKNOWN, PERSON_AMBIGUOUS, OVERRIDE_EMPTY, OVERRIDE_EXPIRED; ScimError for an attribute that
 *   does not exist or a value of the wrong type
 */
export async function overridePerson(
  context: StewardContext,
  reference: string,
  { attributes, author, expiresAt }: ManualOverride,
): Promise<PersonRecord> {
  const values = readAttributes(attributes);
  const { id } = await findPerson(context, reference);
  const until = expiresAt === null ? null : instantOf(expiresAt, context.now());
  return changePerson(context, id, (person) =>
    overrideValues(person, values, { author, expiresAt: until }, context.now()),
  );
}

/**
 * Takes values of other sources away, so that the next source of each rule decides, Lucca in the end (R18). What an IdP says
 * about them after that counts again.
 * @throws BridgeError PERSON_UNKNOWN, PERSON_AMBIGUOUS, SOURCE_IS_LUCCA
 */
export async function handBackPerson(
  context: StewardContext,
  reference: string,
  choice: HandBack,
): Promise<PersonRecord> {
  refuseLucca(choice);
  const { id } = await findPerson(context, reference);
  return changePerson(context, id, (person) => handBack(person, choice, context.now()));
}

/**
 * Hands back what one source says of everybody: when an IdP is gone for good.
 * @returns how many people changed
 */
export async function handBackSource(
  context: StewardContext,
  source: SourceName,
  attributes?: readonly string[],
): Promise<number> {
  const choice = { source, attributes };
  refuseLucca(choice);
  const changed: PersonRecord[] = [];
  const pause = takeTurns(turns);
  for await (const person of context.people.list()) {
    await pause();
    const next = handBack(person, choice, context.now());
    if (next !== person) changed.push(next);
  }
  for (let start = 0; start < changed.length; start += BATCH) {
    await turns.next();
    await putTogether(context, changed.slice(start, start + BATCH), choice);
  }
  return changed.length;
}

const turns = createTurns();

/** So many records are written at once. */
const BATCH = 200;

/** All in one write; one by one when somebody else wrote one of the records meanwhile. */
async function putTogether(
  context: StewardContext,
  records: readonly PersonRecord[],
  choice: HandBack,
): Promise<void> {
  if (await isInTime(() => context.people.put(records))) return;
  for (const { id } of records) {
    await changePerson(context, id, (person) => handBack(person, choice, context.now()));
  }
}

function handBack(person: PersonRecord, { source, attributes }: HandBack, at: string): PersonRecord {
  const sources = Object.keys(person.assertions).filter((name) => name !== 'lucca');
  const chosen = source === undefined ? sources : sources.filter((name) => name === source);
  const paths = attributes ?? 'all';
  return chosen.reduce(
    (next, name) => releaseOwner(withdraw(next, name, paths, at), name, paths, at),
    person,
  );
}

function refuseLucca({ source }: HandBack): void {
  if (source !== 'lucca') return;
  throw new BridgeError('SOURCE_IS_LUCCA', 'What Lucca says cannot be handed back to Lucca.', {
    remedy: 'Name the IdP, the target or manual; or correct the value in Lucca.',
  });
}

/** Everything else about a person is the bridge's own, or decided elsewhere. */
function readAttributes(input: JsonObject): JsonObject {
  const type = defaultRegistry.resourceType('User');
  if (type === undefined) throw new TypeError('the registry has no User');
  const values = normaliseAttributes(input, type, { strict: true });
  if (splitCells(values).length > 0) return values;
  throw new BridgeError('OVERRIDE_EMPTY', 'There is no value to set.', {
    remedy:
      'Give at least one attribute with a value, as in {"title": "Buyer"}; to take values away, hand them back.',
  });
}

function instantOf(text: string, now: string): string {
  const instant = Date.parse(text);
  if (instant > Date.parse(now)) return new Date(instant).toISOString();
  throw new BridgeError(
    'OVERRIDE_EXPIRED',
    'The values would not hold for a moment: they expire in the past.',
    {
      remedy: 'Give an instant in the future, as in 2027-01-31T00:00:00Z, or none.',
    },
  );
}

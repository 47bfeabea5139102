/** Which fields Lucca shows at all (R6): a field absent for everybody is a missing right, not thousands of empty values. */
import type { Issue } from '../errors.js';
import { type WantedCustomFields, wantsCustomFields } from './custom-fields.js';
import type { Person } from './directory.js';

export interface TrackedField {
  /** As the Directory spells it: `managerId`, `contract.start`, `sections`. */
  field: string;
  /** Its name in the answer. */
  key: string;
  /** The permission that shows it. */
  right: string;
  /** True when a value for nobody, though the key is there, is suspicious too. */
  neverAllEmpty: boolean;
}

/** Notes of which fields any record has the key, and of which any has a value. */
export class Presence {
  readonly #fields: readonly TrackedField[];
  readonly #shown = new Set<string>();
  readonly #filled = new Set<string>();
  #records = 0;

  constructor(fields: readonly TrackedField[]) {
    this.#fields = fields;
  }

  /** Takes one record; undefined stands for an absent key, null for an empty value. */
  see(record: Readonly<Record<string, unknown>>): void {
    this.#records += 1;
    for (const { key } of this.#fields) {
      const value = record[key];
      if (value !== undefined) this.#shown.add(key);
      if (value !== undefined && value !== null) this.#filled.add(key);
    }
  }

  /** One issue per field that nobody has. The subject's id is `people.` and the field's name in the Directory. */
  issues(): Issue[] {
    if (this.#records === 0) return [];
    return this.#fields.flatMap(({ field, key, right, neverAllEmpty }) => {
      if (!this.#shown.has(key)) return [neverSeen(field, right, this.#records)];
      return neverAllEmpty && !this.#filled.has(key) ? [alwaysEmpty(field, right, this.#records)] : [];
    });
  }
}

/** One issue per wanted custom field that nobody has; one for all of them when all are wanted and nobody has any. */
export function missingCustomFields(
  people: Iterable<Person>,
  wanted: WantedCustomFields,
  right: string,
): Issue[] {
  if (!wantsCustomFields(wanted)) return [];
  const seen = new Set<string>();
  let count = 0;
  for (const { customFields } of people) {
    count += 1;
    for (const name of Object.keys(customFields)) seen.add(name.toLowerCase());
  }
  if (count === 0) return [];
  if (!Array.isArray(wanted)) return seen.size === 0 ? [neverSeen('customFields', right, count)] : [];
  return wanted
    .filter((name) => !seen.has(name.toLowerCase()))
    .map((name) => neverSeen(`customFields.${name}`, right, count));
}

function neverSeen(field: string, right: string, people: number): Issue {
  return {
    code: 'LUCCA_FIELD_NEVER_SEEN',
    severity: 'warning',
    subject: { kind: 'collection', id: `people.${field}` },
    message: `Lucca shows ${field} for none of ${people} people: it is unknown, not empty; probably a right is missing.`,
    remedy: `Grant: ${right}.`,
  };
}

function alwaysEmpty(field: string, right: string, people: number): Issue {
  return {
    code: 'LUCCA_FIELD_ALWAYS_EMPTY',
    severity: 'info',
    subject: { kind: 'collection', id: `people.${field}` },
    message: `${field} is empty for all of ${people} people, which may be a missing right.`,
    remedy: `If the field is in use, grant: ${right}.`,
  };
}

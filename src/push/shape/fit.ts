/** Fits values to what a profile says a target can hold: number of values, lengths, characters, spelling of booleans. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import type { TargetProfile } from '../profile.js';
import { parseTargetPath, readAt } from './target-path.js';

/** Something about one record that the target would not take. */
export interface Fault {
  code: string;
  /** `error`: the record cannot be sent; `warning`: it was made to fit. */
  severity: 'error' | 'warning';
  /** Without personal data: names the attribute, not the value. */
  message: string;
  remedy: string;
}

/** Keeps an array within `limit` values, the primary one first; a single value left is marked primary. */
export function limitValues(values: readonly JsonValue[], limit: number): JsonValue[] {
  const rank = (value: JsonValue) => (isJsonObject(value) && own(value, 'primary') === true ? 0 : 1);
  const kept = [...values].sort((a, b) => rank(a) - rank(b)).slice(0, limit);
  const [only] = kept;
  return kept.length === 1 && isJsonObject(only) ? [{ ...only, primary: true }] : kept;
}

/** The value without null, "" and empty containers; undefined when nothing is left. */
export function stripEmpty(value: JsonValue | undefined): JsonValue | undefined {
  if (value === null || value === '') return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  return isJsonObject(value) && Object.keys(value).length === 0 ? undefined : value;
}

export function booleansAsText(value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(booleansAsText);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, item === undefined ? item : booleansAsText(item)]),
  );
}

/** Whether a body says that its person is inactive, in either spelling of a boolean. */
export function isInactive(body: JsonObject | null | undefined): boolean {
  const active = body?.active;
  return active === false || (typeof active === 'string' && active.toLowerCase() === 'false');
}

/** Attributes that name the account: a changed character in them would name another one. */
const KEYS = new Set(['userName', 'emails']);

/** Takes refused characters out of a body; a key that holds one makes the record unfit instead. */
export function refuseCharacters(
  body: JsonObject,
  refused: TargetProfile['attributes']['refused'],
  faults: Fault[],
): JsonObject {
  const everywhere = refused['*'] ?? '';
  const clean = (name: string, value: JsonValue, characters: string): JsonValue => {
    if (typeof value === 'string') return removeCharacters(name, value, characters, faults);
    if (Array.isArray(value)) return value.map((item) => clean(name, item, characters));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const inside = name.startsWith('urn:') ? key : name;
        return [
          key,
          item === undefined ? item : clean(inside, item, charactersFor(inside, everywhere, refused)),
        ];
      }),
    );
  };
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      value === undefined || name === 'schemas'
        ? value
        : clean(name, value, charactersFor(name, everywhere, refused)),
    ]),
  );
}

function charactersFor(
  name: string,
  everywhere: string,
  refused: TargetProfile['attributes']['refused'],
): string {
  return everywhere + (Object.hasOwn(refused, name) ? refused[name] : '');
}

function removeCharacters(name: string, value: string, characters: string, faults: Fault[]): string {
  const kept = [...value].filter((character) => !characters.includes(character)).join('');
  if (kept === value) return value;
  const key = KEYS.has(name);
  faults.push({
    code: key ? 'REFUSED_CHARACTERS' : 'CHARACTERS_REMOVED',
    severity: key ? 'error' : 'warning',
    message: key
      ? `The target refuses a character of ${name}.`
      : `Characters that the target refuses were taken out of ${name}.`,
    remedy: `Write it without ${[...characters].map((character) => JSON.stringify(character)).join(' ')}.`,
  });
  return kept;
}

/** Compiles the profile's demands into a check of what a body lacks or has too long. */
export function createFaultFinder({ attributes, details }: TargetProfile): (body: JsonObject) => Fault[] {
  const required = attributes.required.map((text) => ({
    text,
    path: parseTargetPath(text),
    detail: Object.keys(details).find((name) => details[name]?.to === text),
  }));
  const limits = Object.entries(attributes.maxLength).map(([text, limit]) => ({
    text,
    path: parseTargetPath(text),
    limit,
  }));
  return (body) => {
    const faults: Fault[] = [];
    for (const { text, path, detail } of required)
      if (readAt(body, path) === undefined) faults.push(missing(text, body, detail));
    for (const { text, path, limit } of limits) {
      const value = readAt(body, path);
      if (typeof value === 'string' && [...value].length > limit) faults.push(tooLong(text, limit));
    }
    return faults;
  };
}

const MISSING_CODES: Readonly<Record<string, string>> = {
  emails: 'MISSING_EMAIL',
  userName: 'MISSING_USERNAME',
  'name.givenName': 'MISSING_FIRST_NAME',
  'name.familyName': 'MISSING_LAST_NAME',
};

/**
 * Where there is neither userName nor e-mail, the missing e-mail is the cause: userName is made of it.
 * @param detail name of the detail that may fill it
 */
function missing(path: string, body: JsonObject, detail: string | undefined): Fault {
  const email = path === 'emails' || (path === 'userName' && body.emails === undefined);
  const what = email ? 'work e-mail' : path;
  return {
    code: email ? 'MISSING_EMAIL' : (MISSING_CODES[path] ?? 'MISSING_ATTRIBUTE'),
    severity: 'error',
    message: `There is no ${what}, which the target requires.`,
    remedy:
      detail === undefined
        ? `Fill in the ${what} in Lucca or in the IdP, or map another field to it; the next run picks it up.`
        : `Map a field to ${what}, or set details.${detail} in the options of the target.`,
  };
}

function tooLong(path: string, limit: number): Fault {
  return {
    code: 'ATTRIBUTE_TOO_LONG',
    severity: 'error',
    message: `${path} is longer than the ${limit} characters that the target takes.`,
    remedy: `Shorten ${path} in the mapping.`,
  };
}

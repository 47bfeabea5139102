/** Names of people: for labels, and to judge whether two records mean the same person. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';

/** What to call a person or group in a plan. */
export function labelOf(resource: JsonObject | null | undefined, id: string): string {
  if (!isJsonObject(resource)) return id;
  const name = isJsonObject(resource.name) ? resource.name : {};
  const parts = [own(name, 'givenName'), own(name, 'familyName')].filter((part) => typeof part === 'string');
  const candidates = [resource.displayName, own(name, 'formatted'), parts.join(' '), resource.userName];
  return (
    candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '') ??
    id
  );
}

/**
 * Whether the names of two records do not contradict each other. Accents, case, punctuation and invisible characters are no
 * contradiction, and neither is a name that one side does not show; a middle name more is none as long as first and last name agree.
 */
export function namesAgree(a: JsonObject, b: JsonObject): boolean {
  for (const sub of ['givenName', 'familyName']) {
    const left = namePart(a, sub);
    const right = namePart(b, sub);
    if (left !== '' && right !== '' && left !== right)
      return wholeName(a) !== '' && wholeName(a) === wholeName(b);
  }
  return true;
}

function namePart(resource: JsonObject, sub: string): string {
  return isJsonObject(resource.name) ? bare(own(resource.name, sub)).join(' ') : '';
}

/** First and last name in alphabetical order: some targets swap them. */
function wholeName(resource: JsonObject): string {
  const name = isJsonObject(resource.name) ? resource.name : {};
  return [...bare(own(name, 'givenName')), ...bare(own(name, 'familyName'))].sort().join(' ');
}

function bare(value: JsonValue | undefined): string[] {
  if (typeof value !== 'string') return [];
  const letters = value
    .normalize('NFD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase();
  return letters.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

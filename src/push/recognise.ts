/**
 * Whether a resource that a target shows is the one that was meant. Caches and gateways mix answers up, and targets write values
 * in forms of their own: what is there in another form is no contradiction, what is somebody else's is.
 */

import { foldKey } from '../identity/match-keys.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { own } from '../scim/path.js';
import { idOf } from './client/resource-id.js';
import { namesAgree } from './plan/names.js';
import { foldOf } from './shape/fold.js';

/**
 * Compares what names a resource: externalId, and the userName of a user or the displayName of a group.
 * @returns undefined where the resource shows nothing to tell it by
 */
export function isSame(sent: JsonObject | undefined, shown: JsonObject | undefined): boolean | undefined {
  // A display name tells groups apart, not people.
  const name = sent?.userName === undefined ? 'displayName' : 'userName';
  const byKey = alike(foldKey(sent?.externalId), foldKey(shown?.externalId));
  const byName = alike(bare(sent?.[name]), bare(shown?.[name]));
  if (byKey === true || byName === true) return true;
  if (sent === undefined || shown === undefined || (byKey ?? byName) === undefined) return undefined;
  return byKey === undefined && (isShortened(sent, shown, name) || isSamePerson(sent, shown));
}

/**
 * Whether an answer about one resource shows another one (RFC 7644 sections 3.4.1 and 3.5). A target that makes ids of names may
 * give the same resource a new one.
 */
export function isAnother(shown: JsonObject, targetId: string, sent: JsonObject | null): boolean {
  const isId = alike(foldKey(idOf(shown)), foldKey(targetId));
  return isId === false && isSame(sent ?? undefined, shown) !== true;
}

function alike(ours: string, theirs: string): boolean | undefined {
  return ours === '' || theirs === '' ? undefined : ours === theirs;
}

const letters = foldOf(['case', 'accents', 'marks']);

function bare(value: JsonValue | undefined): string {
  return letters(foldKey(value));
}

function isShortened(sent: JsonObject, shown: JsonObject, name: 'userName' | 'displayName'): boolean {
  return bare(sent[name]).startsWith(bare(shown[name])) && namesAgree(sent, shown);
}

/** The userName is another, in the target's own form; all else says that it is the person. */
function isSamePerson(sent: JsonObject, shown: JsonObject): boolean {
  if (sent.userName === undefined) return false;
  const addresses = new Set(addressesOf(sent));
  if (addressesOf(shown).some((address) => addresses.has(address))) return true;
  return [sent, shown].every(isNamed) && namesAgree(sent, shown);
}

function addressesOf({ emails }: JsonObject): string[] {
  return [emails]
    .flat()
    .map((email) => foldKey(isJsonObject(email) ? own(email, 'value') : email))
    .filter((address) => address !== '');
}

function isNamed({ name }: JsonObject): boolean {
  return isJsonObject(name) && ['givenName', 'familyName'].every((part) => foldKey(own(name, part)) !== '');
}

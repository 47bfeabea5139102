/** Breaks a circle of userNames: one person is parked on a name that nobody wants, until their own is free (R16). */
import { createHash } from 'node:crypto';
import { foldKey } from '../../identity/match-keys.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import { exactlySame } from '../shape/compare.js';
import { diffBodies } from '../shape/diff.js';
import type { Draft } from './draft.js';
import type { PersonOperation, UpdateUser } from './operation.js';

const PREFIX = 'moving';
const DIGITS = 12;
const FEWEST_DIGITS = 6;
const PARKED = new RegExp(`^${PREFIX}[0-9a-f]{${FEWEST_DIGITS},${DIGITS}}(@|$)`, 'i');

/**
 * The operation that parks a linked person; undefined where the target would not take any such name. The name follows from
 * the person alone, so that a run that was interrupted parks nobody on a second one.
 */
export function park(operation: PersonOperation, draft: Draft): UpdateUser | undefined {
  const sent = draft.input.links.get(operation.subject)?.sent;
  if (!('targetId' in operation) || operation.targetId === null || !sent) return undefined;
  const { attributes } = draft.input.profile;
  const name = parkedName(operation.subject, String(sent.userName ?? ''), attributes.maxLength.userName);
  if (name === undefined) return undefined;
  const body = moveTo(name, sent, attributes.unique.includes('emails'));
  return {
    id: `park-user:${operation.subject}`,
    kind: 'update-user',
    subject: operation.subject,
    label: operation.label,
    reason: 'makes way for a moment: people exchange their userNames among themselves',
    targetId: operation.targetId,
    body,
    changes: diffBodies(sent, body, { same: exactlySame, removals: false, takes: () => true }),
    manager: null,
    wave: 0,
  };
}

/** `moving1f0c…@acme.example` in the place of an address, else without the @; letters and digits, which every target takes. */
function parkedName(personId: string, userName: string, maxLength = 100): string | undefined {
  const at = userName.lastIndexOf('@');
  const domain = at === -1 ? '' : userName.slice(at);
  const digits = Math.min(DIGITS, maxLength - PREFIX.length - domain.length);
  if (digits < FEWEST_DIGITS) return undefined;
  return PREFIX + createHash('sha256').update(personId).digest('hex').slice(0, digits) + domain;
}

/** Whether a userName, or a list of addresses, is where somebody was parked: nobody else gives such names. */
export function isParked(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(isParked);
  if (isJsonObject(value)) return isParked(own(value, 'value'));
  return typeof value === 'string' && PARKED.test(value);
}

/** @param withEmail the address goes along, because the target lets nobody else have it either */
function moveTo(name: string, sent: JsonObject, withEmail: boolean): JsonObject {
  const moved = { ...sent, userName: name };
  if (!withEmail || !Array.isArray(sent.emails)) return moved;
  const current = foldKey(sent.userName);
  const emails = sent.emails.map((email) =>
    isJsonObject(email) && foldKey(email.value) === current ? { ...email, value: name } : email,
  );
  return { ...moved, emails };
}

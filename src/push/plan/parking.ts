/** Breaks a circle of people who exchange what is unique: one of them is parked on values that nobody wants, until their own are free (R16). */
import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import { exactlySame } from '../shape/compare.js';
import { diffBodies } from '../shape/diff.js';
import type { Draft } from './draft.js';
import type { UpdateUser } from './operation.js';
import { type Move, type UniqueAttribute, uniqueAttributes, valuesOf } from './unique-values.js';

const PREFIX = 'moving';
const DIGITS = 12;
const FEWEST_DIGITS = 6;
const PARKED = new RegExp(`^${PREFIX}[0-9a-f]{${FEWEST_DIGITS},${DIGITS}}(@|$)`, 'i');

/**
 * The operation that takes from a linked person what their own operation gives up, and nothing else; undefined where the target
 * would not take any such value. The temporary values follow from the person alone, so that a run that was interrupted parks
 * nobody on others.
 */
export function park({ operation, frees }: Move, draft: Draft): UpdateUser | undefined {
  const sent = draft.input.links.get(operation.subject)?.sent;
  if (!('targetId' in operation) || operation.targetId === null || !sent) return undefined;
  const unique = uniqueAttributes(draft.input.profile);
  const freed = unique.filter((name) => [...frees.values()].some(({ attribute }) => attribute === name));
  const body: JsonObject = { ...sent };
  for (const attribute of freed) {
    const parked = parkedValue(attribute, operation.subject, { sent, frees, draft });
    if (parked === undefined) return undefined;
    body[attribute] = parked;
  }
  return {
    id: `park-user:${operation.subject}`,
    kind: 'update-user',
    subject: operation.subject,
    label: operation.label,
    reason: 'makes way for a moment: people exchange their userNames or addresses among themselves',
    targetId: operation.targetId,
    body,
    changes: diffBodies(sent, body, { same: exactlySame, removals: false, takes: () => true }),
    manager: null,
    wave: 0,
  };
}

/** The userName, or the list of addresses in which those that are given up make way. */
function parkedValue(
  attribute: UniqueAttribute,
  personId: string,
  { sent, frees, draft }: { sent: JsonObject; frees: Move['frees']; draft: Draft },
): JsonValue | undefined {
  const { maxLength } = draft.input.profile.attributes;
  if (attribute === 'userName') return parkedText(personId, String(sent.userName ?? ''), maxLength.userName);
  const items = Array.isArray(sent.emails) ? sent.emails : [];
  const parked: JsonValue[] = [];
  for (const [at, item] of items.entries()) {
    const [value] = valuesOf({ emails: [item] }, ['emails']);
    if (value === undefined || !frees.has(value.key)) {
      parked.push(item);
      continue;
    }
    // Two addresses of one person are told apart as well.
    const owner = at === 0 ? personId : `${personId} ${at}`;
    const address = isJsonObject(item) ? own(item, 'value') : item;
    const text = parkedText(owner, String(address), maxLength['emails.value'] ?? maxLength.emails);
    if (text === undefined) return undefined;
    parked.push(isJsonObject(item) ? { ...item, value: text } : text);
  }
  return parked;
}

/** `moving1f0c…@acme.example` in the place of an address, else without the @; letters and digits, which every target takes. */
function parkedText(owner: string, current: string, maxLength = 100): string | undefined {
  const at = current.lastIndexOf('@');
  const domain = at === -1 ? '' : current.slice(at);
  const digits = Math.min(DIGITS, maxLength - PREFIX.length - domain.length);
  if (digits < FEWEST_DIGITS) return undefined;
  return PREFIX + createHash('sha256').update(owner).digest('hex').slice(0, digits) + domain;
}

/** Whether a userName, or a list of addresses, is where somebody was parked: nobody else gives such names. */
export function isParked(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(isParked);
  if (isJsonObject(value)) return isParked(own(value, 'value'));
  return typeof value === 'string' && PARKED.test(value);
}

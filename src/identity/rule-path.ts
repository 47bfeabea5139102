/** How an admin may name what a precedence rule is about. */
import { BridgeError } from '../errors.js';
import { type AttributePath, formatPath } from '../scim/path.js';
import type { ResourceType } from '../scim/registry.js';
import { attributePath, isListByType } from './cells.js';

/** Paths whose precedence is not a matter of choice, or is chosen elsewhere. */
const FIXED: ReadonlyMap<string, string> = new Map([
  ['active', 'Use the setting `active` of this block.'],
  ['externalId', 'Each client sees its own externalId, and readers see that of Lucca.'],
  ['id', 'The id is given by the bridge.'],
  ['meta', 'This is kept by the bridge.'],
  ['schemas', 'This follows from the attributes.'],
]);

/**
 * `NAME.*`, `emails[type eq "work"]`, any letter case, with or without the core URN → `name`, `emails[work]`. Throws
 * `PRECEDENCE_PATH_UNKNOWN` for a path that names no attribute of `type`, or one whose precedence cannot be chosen.
 */
export function canonicalPath(given: string, type: ResourceType): string {
  if (given === '*') return given;
  const [, base = given, slot] = /^(.*?)\[(?:type eq )?"?([^"[\]]+)"?\]$/i.exec(given) ?? [];
  const path = type.resolve(base.replace(/[.:]\*$/, ''));
  if (!path) throw unknownPath(given, 'Write attribute names as in RFC 7643, extensions with their URN.');
  const fixed = path.extension === null ? FIXED.get(path.attribute?.name ?? '') : undefined;
  if (fixed) throw unknownPath(given, fixed);
  const whole = wholePath(path);
  if (slot !== undefined) {
    if (!isListByType(whole)) throw unknownPath(given, 'Only emails, phoneNumbers and addresses go by type.');
    return `${whole}[${slot.toLowerCase()}]`;
  }
  if (path.subAttribute === null) return whole;
  if (whole !== 'name') throw unknownPath(given, `Name the whole attribute: ${whole}.`);
  return formatPath(null, path.attribute, path.subAttribute);
}

function wholePath({ extension, attribute }: AttributePath): string {
  return attribute === null ? (extension ?? '') : attributePath(extension, attribute.name);
}

function unknownPath(given: string, remedy: string): BridgeError {
  const message = `precedence: ${JSON.stringify(given)} is no attribute whose precedence can be chosen`;
  return new BridgeError('PRECEDENCE_PATH_UNKNOWN', message, { remedy, exitCode: 2 });
}

/** Why somebody fell out of a target's scope, as far as what was known of them before tells. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { own } from '../scim/path.js';
import { ENTERPRISE_USER, LUCCA_USER } from '../scim/schema.js';

/** What scopes are made of, as people name it. */
const TRAITS: readonly (readonly [name: string, container: string | null, attribute: string])[] = [
  ['cost centre', LUCCA_USER, 'costCenter'],
  ['cost centre', ENTERPRISE_USER, 'costCenter'],
  ['legal entity', LUCCA_USER, 'legalEntity'],
  ['establishment', LUCCA_USER, 'establishment'],
  ['department', LUCCA_USER, 'departmentPath'],
  ['department', ENTERPRISE_USER, 'department'],
  ['division', ENTERPRISE_USER, 'division'],
  ['contract type', LUCCA_USER, 'contractType'],
  ['title', null, 'title'],
  ['user type', null, 'userType'],
];

/** The same source's word on one person, earlier and now: undefined where there is none, or where it is the same. */
interface Told {
  before: JsonObject | undefined;
  now: JsonObject | undefined;
  /** Scope, mapping or profile are others than those that the target was last brought to. */
  isReconfigured: boolean;
}

/** What took somebody out of scope, in words: a trait that scopes look at, else the configuration; undefined when neither changed. */
export function explainLeaving({ before, now, isReconfigured }: Told): string | undefined {
  const changed = before === undefined ? undefined : compareTraits(before, now ?? {});
  return changed ?? (isReconfigured ? 'the scope of the target was changed' : undefined);
}

function compareTraits(before: JsonObject, now: JsonObject): string | undefined {
  const told = new Map<string, string>();
  for (const [name, container, attribute] of TRAITS) {
    const then = read(before, container, attribute);
    const current = read(now, container, attribute);
    if (then === undefined || then === current || told.has(name)) continue;
    told.set(name, `${name} changed from ${then} to ${current ?? 'none'}`);
  }
  return told.size === 0 ? undefined : [...told.values()].join(', ');
}

function read(attributes: JsonObject, container: string | null, attribute: string): string | undefined {
  const within = container === null ? attributes : own(attributes, container);
  return isJsonObject(within) ? write(own(within, attribute)) : undefined;
}

/** A unit is named by its name, else its code, else its Lucca id. */
function write(value: JsonValue | undefined): string | undefined {
  const text = isJsonObject(value) ? (value.display ?? value.code ?? value.value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

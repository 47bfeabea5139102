/** Changes as the operations of a PATCH request (RFC 7644 section 3.5.2), in the style that the profile asks for. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { printFilter } from '../../scim/filter/print.js';
import { own } from '../../scim/path.js';
import type { TargetProfile } from '../profile.js';
import type { Change } from './diff.js';
import { parseTargetPath, withValueAt } from './target-path.js';

/**
 * `replace` serves for new values too (section 3.5.2.3: a missing attribute is added) and, unlike `add`, may be repeated
 * without doubling a multi-valued attribute.
 */
export function toPatchOperations(
  changes: readonly Change[],
  { style, multiValued }: TargetProfile['update'],
): JsonObject[] {
  const removals = changes
    .filter((change) => change.after === undefined)
    .map(({ path }) => ({ op: 'remove', path }));
  const values = changes.filter((change) => change.after !== undefined).sort(valuesFirst);
  if (style === 'one-object') {
    const value = values.reduce(
      (object: JsonObject, change) => withValueAt(object, parseTargetPath(change.path), change.after),
      {},
    );
    return [...(values.length === 0 ? [] : [{ op: 'replace', value }]), ...removals];
  }
  return [
    ...values.flatMap((change) =>
      multiValued === 'replace' ? whole(change) : (byValuePath(change) ?? whole(change)),
    ),
    ...removals,
  ];
}

/**
 * A server may take another `value` for another reference and drop what described the old one, so that it has to come before
 * the `display` and `code` beside it.
 */
function valuesFirst(a: Change, b: Change): number {
  const [keyA, keyB] = [a.path, b.path].map((path) => path.replace(/\.value$/, '.'));
  return (keyA ?? '') < (keyB ?? '') ? -1 : 1;
}

function whole({ path, after }: Change): JsonObject[] {
  return [{ op: 'replace', path, ...(after === undefined ? {} : { value: after }) }];
}

/** `phoneNumbers[type eq "work"].value`, where both sides hold the same types once each; undefined where that does not fit. */
function byValuePath({ path, before, after }: Change): JsonObject[] | undefined {
  const old = byType(before);
  const wanted = byType(after);
  if (old === undefined || wanted === undefined || old.size !== wanted.size) return undefined;
  const operations: JsonObject[] = [];
  for (const [type, element] of wanted) {
    const current = old.get(type);
    if (current === undefined || Object.keys(current).some((sub) => !Object.hasOwn(element, sub)))
      return undefined;
    for (const [sub, value] of Object.entries(element)) {
      if (own(current, sub) !== value)
        operations.push({ op: 'replace', path: `${path}[${printFilter('type', 'eq', type)}].${sub}`, value });
    }
  }
  return operations;
}

function byType(value: JsonValue | undefined): Map<string, JsonObject> | undefined {
  if (!Array.isArray(value)) return undefined;
  const elements = new Map<string, JsonObject>();
  for (const element of value) {
    const type = isJsonObject(element) ? own(element, 'type') : undefined;
    if (!isJsonObject(element) || typeof type !== 'string' || elements.has(type)) return undefined;
    elements.set(type, element);
  }
  return elements;
}

/** What a schema must be before a registry takes it (RFC 7643 sections 2.1, 2.3.8 and 7). */
import type { Attribute, Schema } from '../schema.js';

/** RFC 7643 section 2.1. `$ref` is the one name of the RFC itself that its grammar does not cover. */
const ATTRIBUTE_NAME = /^(?:[a-z][\w$-]*|\$ref)$/i;

/**
 * Says in words what is wrong with a schema: names outside the grammar, a name given twice, a complex attribute without
 * sub-attributes or inside another, sub-attributes of a simple one. Empty when it is sound.
 */
export function findSchemaFaults(schema: Schema): string[] {
  return [
    ...findListFaults(schema.attributes, schema.id),
    ...schema.attributes.flatMap((attribute) => findPartFaults(attribute, `${schema.id}:${attribute.name}`)),
  ];
}

function findListFaults(attributes: readonly Attribute[], at: string): string[] {
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const { name } of attributes) {
    if (!ATTRIBUTE_NAME.test(name)) faults.push(`${at} has the attribute "${name}", which is no valid name`);
    if (seen.has(name.toLowerCase())) faults.push(`${at} has the attribute ${name} twice`);
    seen.add(name.toLowerCase());
  }
  return faults;
}

function findPartFaults(attribute: Attribute, at: string): string[] {
  const parts = attribute.subAttributes ?? [];
  if (attribute.type !== 'complex')
    return parts.length > 0 ? [`${at} is not complex and has sub-attributes`] : [];
  if (parts.length === 0) return [`${at} is complex and has no sub-attributes`];
  const nested = parts.filter(({ type }) => type === 'complex');
  return [
    ...findListFaults(parts, at),
    ...nested.map(({ name }) => `${at}.${name} is a complex attribute inside a complex one`),
  ];
}

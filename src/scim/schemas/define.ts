/**
 * Short forms for writing schemas: one readable line for each attribute. Every characteristic that is not named has the
 * default of RFC 7643 section 2.2.
 */
import type { Attribute, AttributeType } from '../schema.js';

/** What a line may say beyond name, type and description. */
export type Characteristics = Partial<Omit<Attribute, 'name' | 'type' | 'description' | 'subAttributes'>>;

/** Builds an attribute of any type; the functions below are the same with the type in their name. */
export function define(
  type: AttributeType,
  name: string,
  description: string,
  characteristics: Characteristics = {},
  subAttributes?: readonly Attribute[],
): Attribute {
  return {
    name,
    type,
    description,
    multiValued: false,
    required: false,
    // References and binaries are case exact by their type (RFC 7643 sections 2.3.6 and 2.3.7).
    caseExact: type === 'reference' || type === 'binary',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
    ...(subAttributes === undefined ? {} : { subAttributes }),
  };
}

type SimpleForm = (name: string, description: string, characteristics?: Characteristics) => Attribute;

export const string: SimpleForm = (...line) => define('string', ...line);
export const boolean: SimpleForm = (...line) => define('boolean', ...line);
export const integer: SimpleForm = (...line) => define('integer', ...line);
export const dateTime: SimpleForm = (...line) => define('dateTime', ...line);
export const binary: SimpleForm = (...line) => define('binary', ...line);

/** A string in which letter case matters, such as an id. */
export const exact: SimpleForm = (name, description, characteristics) =>
  define('string', name, description, { caseExact: true, ...characteristics });

/** A URI; `referenceTypes` are resource type names, `external` or `uri` (RFC 7643 section 7). */
export function reference(
  name: string,
  referenceTypes: readonly string[],
  description: string,
  characteristics?: Characteristics,
): Attribute {
  return define('reference', name, description, { ...characteristics, referenceTypes });
}

/** A single complex value. */
export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  characteristics?: Characteristics,
): Attribute {
  return define('complex', name, description, characteristics, subAttributes);
}

/** A list of complex values. */
export function plural(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  characteristics?: Characteristics,
): Attribute {
  return define('complex', name, description, { ...characteristics, multiValued: true }, subAttributes);
}

/** The sub-attributes that most multi-valued attributes share (RFC 7643 section 2.4), around a `value` of their own. */
export function valueDisplayTypePrimary(value: Attribute, types?: readonly string[]): readonly Attribute[] {
  return [
    value,
    string('display', 'Name to show to people.'),
    string('type', 'What the value is for.', types === undefined ? {} : { canonicalValues: types }),
    boolean('primary', 'Whether this is the preferred value; true for one value at most.'),
  ];
}

/** The same attributes, and their sub-attributes, readOnly. */
export function readOnly(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.map((attribute) => ({
    ...attribute,
    mutability: 'readOnly',
    ...(attribute.subAttributes === undefined ? {} : { subAttributes: readOnly(attribute.subAttributes) }),
  }));
}

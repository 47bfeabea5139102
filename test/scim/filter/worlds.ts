/** What random filters are about: attributes, and resources that hold them. */
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/json.js';
import { ENTERPRISE_USER, USER } from '../../../src/scim/schema.js';
import { probeExtension, probeSchema } from '../probe.js';

export type Kind = 'folded' | 'exact' | 'number' | 'boolean' | 'instant';

/** An attribute as filters name it and as resources hold it. `read` gives its values in a resource, or in an element. */
export interface Field {
  names: readonly string[];
  kind: Kind;
  /** Named without its `value`: such a name is compared as that, but present when any part is. */
  bare?: boolean;
  read(holder: JsonObject): JsonValue[];
}

/** A multi-valued complex attribute. */
export interface List {
  names: readonly string[];
  elements(resource: JsonObject): JsonObject[];
  parts: readonly Field[];
}

export interface World {
  type: string;
  fields: readonly Field[];
  lists: readonly List[];
  resource: fc.Arbitrary<JsonObject>;
}

const WORDS = [
  'a',
  'A',
  'b',
  'ab',
  'É',
  'é',
  'œ',
  '"',
  '\\',
  '\n',
  '[x]',
  ')(',
  ' and ',
  '$',
  '\u{1f600}',
  'İ',
  'ß',
];
const text = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 2 })
  .map((words) => words.join(''));
const number = fc.constantFrom(-5.5, -5, -1, 0, 1, 2, 10, 1.5e5, 1e-3);
const instant = fc.constantFrom(
  '2024-03-10T00:00:00Z',
  '2024-03-10T00:00:00.000Z',
  '2024-03-10T01:00:00+01:00',
  '2024-03-09T23:59:59.999Z',
  '2024-03-10T00:00:00.5Z',
  '2023-12-31T19:00:00-05:00',
);
export const VALUES: Record<Kind, fc.Arbitrary<JsonValue>> = {
  folded: text,
  exact: text,
  number,
  boolean: fc.boolean(),
  instant,
};

function list<T>(element: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(element, { minLength: 1, maxLength: 3 });
}

function some(model: Record<string, fc.Arbitrary<JsonValue>>): fc.Arbitrary<JsonObject> {
  return fc.record<JsonObject>(model, { requiredKeys: [] });
}

function valuesAt(...keys: string[]): (holder: JsonObject) => JsonValue[] {
  return (holder) =>
    keys.reduce<JsonValue[]>((values, key) => values.flatMap((value) => ownValues(value, key)), [holder]);
}

function ownValues(value: JsonValue, key: string): JsonValue[] {
  const held = Object.entries(value as JsonObject).find(([name]) => name === key)?.[1];
  return [held ?? []].flat();
}

function elementsAt(key: string): (resource: JsonObject) => JsonObject[] {
  return (resource) => (resource[key] ?? []) as JsonObject[];
}

function field(names: string[], kind: Kind, ...keys: string[]): Field {
  return { names, kind, read: valuesAt(...keys) };
}

function bareField(names: string[], kind: Kind, ...keys: string[]): Field {
  return { ...field(names, kind, ...keys), bare: true };
}

/** Every type of attribute. */
export const probe: World = {
  type: 'Probe',
  fields: [
    field(['text', `${probeSchema.id}:text`], 'folded', 'text'),
    field(['caseExact'], 'exact', 'caseExact'),
    field(['count', `${probeSchema.id}:count`], 'number', 'count'),
    field(['amount'], 'number', 'amount'),
    field(['flag'], 'boolean', 'flag'),
    field(['moment'], 'instant', 'moment'),
    field(['link'], 'exact', 'link'),
    bareField(['whole'], 'number', 'whole', 'value'),
    field(['whole.value'], 'number', 'whole', 'value'),
    field(['whole.fixed'], 'folded', 'whole', 'fixed'),
    field(['texts'], 'folded', 'texts'),
    field(['counts'], 'number', 'counts'),
    field(['moments'], 'instant', 'moments'),
    bareField(['parts'], 'folded', 'parts', 'value'),
    field(['parts.value'], 'folded', 'parts', 'value'),
    field(['parts.size'], 'number', 'parts', 'size'),
    field(['constructor'], 'folded', 'constructor'),
    field(['key', `${probeExtension.id}:key`], 'folded', probeExtension.id, 'key'),
    field([`${probeExtension.id}:text`], 'number', probeExtension.id, 'text'),
  ],
  lists: [
    {
      names: ['parts', `${probeSchema.id}:parts`],
      elements: elementsAt('parts'),
      parts: [field(['value'], 'folded', 'value'), field(['size'], 'number', 'size')],
    },
  ],
  resource: some({
    text,
    caseExact: text,
    count: number,
    amount: number,
    flag: fc.boolean(),
    moment: instant,
    link: text,
    whole: some({ value: number, fixed: text }),
    texts: list(text),
    counts: list(number),
    moments: list(instant),
    parts: list(some({ value: text, size: number })),
    [probeExtension.id]: some({ key: text, text: number }),
  }).chain((resource) =>
    // Not through a record, where the key would reach the prototype.
    fc.option(text).map((builder) => (builder === null ? resource : { ...resource, constructor: builder })),
  ),
};

/** URNs, `$ref` and the shapes that clients ask for. */
export const user: World = {
  type: 'User',
  fields: [
    field(['userName', `${USER}:userName`], 'folded', 'userName'),
    field(['id'], 'exact', 'id'),
    field(['externalId'], 'exact', 'externalId'),
    field(['active'], 'boolean', 'active'),
    field(['name.familyName', `${USER}:name.familyName`], 'folded', 'name', 'familyName'),
    bareField(['emails', `${USER}:emails`], 'folded', 'emails', 'value'),
    field(['emails.value'], 'folded', 'emails', 'value'),
    field(['emails.type', `${USER}:emails.type`], 'folded', 'emails', 'type'),
    field(['emails.primary'], 'boolean', 'emails', 'primary'),
    field(['meta.lastModified'], 'instant', 'meta', 'lastModified'),
    field(['department', `${ENTERPRISE_USER}:department`], 'folded', ENTERPRISE_USER, 'department'),
    bareField(['manager', `${ENTERPRISE_USER}:manager`], 'exact', ENTERPRISE_USER, 'manager', 'value'),
    field(['manager.value'], 'exact', ENTERPRISE_USER, 'manager', 'value'),
    field(['manager.$ref', `${ENTERPRISE_USER}:manager.$ref`], 'exact', ENTERPRISE_USER, 'manager', '$ref'),
    field(['noSuchAttribute', 'urn:example:unknown:User:x', 'name.noSuchPart'], 'folded', 'noSuchAttribute'),
  ],
  lists: [
    {
      names: ['emails', `${USER}:emails`],
      elements: elementsAt('emails'),
      parts: [
        field(['value'], 'folded', 'value'),
        field(['type'], 'folded', 'type'),
        field(['primary'], 'boolean', 'primary'),
        field(['noSuchPart'], 'folded', 'noSuchPart'),
      ],
    },
  ],
  resource: some({
    userName: text,
    id: text,
    externalId: text,
    active: fc.boolean(),
    name: some({ familyName: text, givenName: text }),
    emails: list(some({ value: text, type: text, primary: fc.boolean() })),
    meta: some({ lastModified: instant }),
    [ENTERPRISE_USER]: some({ department: text, manager: some({ value: text, $ref: text }) }),
  }),
};

/**
 * The shape of a mapping file, as one zod schema built from the SCIM registry: it checks files and gives the JSON Schema
 * with which editors complete and underline. What a shape cannot say (paths, types, templates) the compiler checks.
 */
import { z } from 'zod';
import type { ResourceType } from '../scim/registry.js';
import type { Attribute } from '../scim/schema.js';
import {
  type AttributesInput,
  type MappingFile,
  RESERVED,
  RULE_KINDS,
  type RuleInput,
  type RuleObject,
} from './file.js';
import { isTimeZone } from './local-dates.js';
import { SOURCE_PATHS } from './sources.js';
import { toAlpha2 } from './transforms/country-codes.js';
import { TRANSFORMS } from './transforms/index.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** An object that knows its keys: its message for unknown keys lists them, for `problemsOf` to suggest the nearest. */
function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });
}

const sourcePath = z.string().meta({
  id: 'source-path',
  description: 'What to read: person.firstName, department.name, axis.7.code, custom.e_badge …',
  anyOf: [
    { enum: SOURCE_PATHS },
    { pattern: '^axis\\.[^.]+\\.(id|axisId|name|code)$' },
    { pattern: '^custom\\.[^.]+' },
  ],
});

const transform = z.union([z.string(), z.record(z.string(), z.unknown())]).meta({
  id: 'transform',
  description: 'A named transform, or {name: argument}.',
  ...transformJsonSchema(),
});

const expression = z.string().meta({
  id: 'expression',
  description:
    'A CEL expression over the source paths, such as: person.gender == "female" && costCenter.code != null',
});

const rule: z.ZodType<RuleInput> = z
  .union([sourcePath, z.number(), z.boolean(), z.lazy(() => ruleObject)])
  .meta({ id: 'rule', description: 'A source path, a constant number or boolean, or a rule with options.' });

const ruleObject: z.ZodType<RuleObject> = strict({
  from: sourcePath.optional(),
  constant: scalar.optional().meta({ description: 'The same value for everybody.' }),
  template: z.string().optional().meta({
    description:
      'Text with {source.path} or {attribute} in it; {path?} may be missing, any other missing value leaves the attribute out.',
  }),
  firstOf: z
    .array(rule)
    .min(1)
    .optional()
    .meta({ description: 'The first of these rules that gives a value.' }),
  expression: expression.optional(),
  transforms: z.array(transform).min(1).optional().meta({ description: 'Applied one after the other.' }),
  lookup: z
    .record(z.string(), scalar)
    .optional()
    .meta({ description: 'Table from value to value, after the transforms.' }),
  default: scalar.optional().meta({ description: 'The value when nothing else gives one.' }),
  when: expression
    .optional()
    .meta({ description: 'The attribute is left out unless this expression is true.' }),
}).meta({ id: 'rule-object', oneOf: RULE_KINDS.map((kind) => ({ required: [kind] })) });

/** The schema of mapping files for people of this resource type. */
export function mappingFileSchema(userType: ResourceType): z.ZodType<MappingFile> {
  const extensions = userType.extensions.map(({ schema }) => [
    schema.id,
    strict(attributeShape(schema.attributes)).optional().meta({ description: schema.description }),
  ]);
  const unitKind = {
    enabled: z.boolean().default(true),
    displayName: rule,
    members: z.literal('direct').default('direct'),
  };
  const departmentKind = {
    ...unitKind,
    members: z.enum(['direct', 'with-sub-departments']).default('direct'),
  };
  return strict({
    dates: strict({
      defaultTimeZone: z
        .string()
        .refine(isTimeZone, 'There is no such time zone; write an IANA name such as Europe/Paris.')
        .default('Europe/Paris')
        .meta({ description: 'Time zone of establishments that have none.' }),
      graceDays: z
        .int()
        .min(0)
        .max(366)
        .default(0)
        .meta({ description: 'Days of life after the last day worked.' }),
      createDaysBefore: z
        .int()
        .min(0)
        .max(366)
        .default(0)
        .meta({ description: 'Days of life before the first day.' }),
    }).prefault({}),
    phones: strict({
      defaultCountry: z
        .string()
        .refine((code) => toAlpha2(code) === code, 'There is no such country; write two letters such as FR.')
        .default('FR')
        .meta({ description: 'Country of national phone numbers where the legal entity has none.' }),
    }).prefault({}),
    users: strict({ ...attributeShape(userType.schema.attributes), ...Object.fromEntries(extensions) }).meta({
      description: 'What each person becomes: a SCIM User.',
    }) as z.ZodType as z.ZodType<AttributesInput>,
    groups: strict({
      departments: strict(departmentKind).optional(),
      costCenters: strict(unitKind).optional(),
      legalEntities: strict(unitKind).optional(),
      establishments: strict(unitKind).optional(),
    })
      .prefault({})
      .meta({ description: 'Which units become SCIM Groups.' }),
  }).meta({ title: 'Mapping of lucca-scim-bridge' });
}

/** The JSON Schema (draft 2020-12) of mapping files, for editors: `mappings/lucca.schema.json`. */
export function mappingJsonSchema(userType: ResourceType): object {
  return z.toJSONSchema(mappingFileSchema(userType), { io: 'input' });
}

/** Keys under which attributes are mapped: `title`, `name.givenName`, `emails` with a list of items. */
function attributeShape(attributes: readonly Attribute[]): Record<string, z.ZodType> {
  const settable = attributes.filter(
    (attribute) => attribute.mutability !== 'readOnly' && !isReserved(attribute),
  );
  return Object.fromEntries(settable.flatMap(attributeEntries));
}

function attributeEntries({
  name,
  description,
  multiValued,
  subAttributes,
}: Attribute): [string, z.ZodType][] {
  if (subAttributes === undefined) return [[name, rule.optional().meta({ description })]];
  const rules = subAttributes
    .filter((sub) => !isReserved(sub))
    .map((sub): [string, z.ZodType] => [sub.name, rule.optional().meta({ description: sub.description })]);
  if (!multiValued) return rules.map(([sub, schema]) => [`${name}.${sub}`, schema]);
  const item = strict({
    each: z
      .literal('sections')
      .optional()
      .meta({ description: 'One value for each further section of the person.' }),
    when: expression.optional(),
    ...Object.fromEntries(rules),
  });
  return [[name, z.array(item).optional().meta({ description })]];
}

function isReserved({ name }: Attribute): boolean {
  return Object.hasOwn(RESERVED, name);
}

function transformJsonSchema(): object {
  const entries = [...TRANSFORMS];
  const withArgument = entries.filter(([, each]) => each.argument !== undefined);
  return {
    anyOf: [
      ...entries
        .filter(([, { argument }]) => argument === undefined || argument.safeParse(undefined).success)
        .map(([name, { description }]) => ({ const: name, description })),
      ...withArgument.map(([name, { argument, description }]) => ({
        type: 'object',
        description,
        properties: { [name]: argument === undefined ? {} : partialJsonSchema(argument) },
        required: [name],
        additionalProperties: false,
      })),
    ],
  };
}

/** A schema to stand inside another, which says the dialect for both. */
function partialJsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...partial } = z.toJSONSchema(schema);
  return partial;
}

/** What a mapping file says, as types. The schema that checks it is in `file-schema.ts`. */

/** A line of the mapping: a source path, a constant, or a rule with options. */
export type RuleInput = string | number | boolean | RuleObject;

export interface RuleObject {
  from?: string | undefined;
  constant?: string | number | boolean | undefined;
  template?: string | undefined;
  firstOf?: RuleInput[] | undefined;
  expression?: string | undefined;
  transforms?: (string | Record<string, unknown>)[] | undefined;
  lookup?: Record<string, string | number | boolean> | undefined;
  default?: string | number | boolean | undefined;
  when?: string | undefined;
}

/** One value of a multi-valued attribute: rules by sub-attribute. */
export type ItemInput = { each?: 'sections'; when?: string } & Record<string, RuleInput | undefined>;

/** Rules by attribute path; extensions by URN. */
export type AttributesInput = Record<
  string,
  RuleInput | ItemInput[] | Record<string, RuleInput | ItemInput[]>
>;

export interface GroupKindInput {
  enabled: boolean;
  displayName: RuleInput;
  members: 'direct' | 'with-sub-departments';
}

export interface MappingFile {
  dates: { defaultTimeZone: string; graceDays: number; createDaysBefore: number };
  phones: { defaultCountry: string };
  users: AttributesInput;
  groups: Partial<Record<GroupKindName, GroupKindInput>>;
}

export type GroupKindName = 'departments' | 'costCenters' | 'legalEntities' | 'establishments';

/** The ways in which a rule gets its value; each rule has exactly one. */
export const RULE_KINDS = ['from', 'constant', 'template', 'firstOf', 'expression'] as const;

/** Attributes that no mapping may set, and why. */
export const RESERVED: Readonly<Record<string, string>> = {
  active: 'It follows the contract dates; see "dates".',
  externalId: 'It is the Lucca id, so that readers find people again.',
  id: 'The bridge gives it.',
  meta: 'The bridge keeps it.',
  schemas: 'It follows from the attributes that are present.',
  groups: 'It follows from the members of the groups.',
  password: 'Passwords never pass through the bridge.',
  $ref: 'It is added where the base address is known.',
};

/** What Lucca knows about a group that stands for one of its units. */
import type { JsonValue } from '../../json.js';
import { LUCCA_GROUP, type Schema } from '../schema.js';
import { boolean, complex, exact, integer, reference, string } from './define.js';

const luccaId = exact('luccaId', 'Lucca id.');

export const luccaGroupSchema: Schema = {
  id: LUCCA_GROUP,
  name: 'LuccaGroup',
  description: 'Unit in the Lucca directory',
  attributes: [
    string('kind', 'Kind of unit.', {
      canonicalValues: ['department', 'cost-center', 'legal-entity', 'establishment'],
    }),
    luccaId,
    exact('code', 'Code in Lucca.'),
    complex('parent', 'Unit above.', [
      exact('value', 'Id of the group.'),
      reference('$ref', ['Group'], 'Address of the group.'),
      string('display', 'Name of the group.'),
      luccaId,
    ]),
    integer('level', 'Depth in the tree; 1 is the root.'),
    string('path', 'Names from the root down, e.g. "Acme / R&D / Data".'),
    complex('manager', 'Head of the unit.', [
      exact('value', 'Id of the user.'),
      reference('$ref', ['User'], 'Address of the user.'),
      string('display', 'Name of the user.'),
      luccaId,
    ]),
    boolean('archived', 'Whether the unit is archived in Lucca.'),
  ],
};

/** A group or user referred to, with its Lucca id. */
export interface LuccaUnitReference {
  value?: string;
  $ref?: string;
  display?: string;
  luccaId?: string;
}

/** The Lucca extension container of a Group, in its canonical form. */
export interface LuccaGroup {
  kind?: 'department' | 'cost-center' | 'legal-entity' | 'establishment';
  luccaId?: string;
  code?: string;
  parent?: LuccaUnitReference;
  /** 1 = root. */
  level?: number;
  path?: string;
  manager?: LuccaUnitReference;
  archived?: boolean;
}

/**
 * The Lucca extension of a Group resource, typed; undefined when the resource has none.
 * The resource must be canonical (as the bridge serves it): nothing is checked again.
 */
export function readLuccaGroup(
  resource: Readonly<Record<string, JsonValue | undefined>>,
): LuccaGroup | undefined {
  return Object.hasOwn(resource, LUCCA_GROUP) ? (resource[LUCCA_GROUP] as LuccaGroup) : undefined;
}

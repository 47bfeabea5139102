/**
 * Who a target receives: a SCIM filter over the translated person, and plain shorthands for the five units that people think
 * in, which read as one filter too.
 */
import { BridgeError } from '../errors.js';
import type { JsonObject } from '../json.js';
import type { Department, DirectorySummary } from '../lucca/directory.js';
import { invalidFilter, ScimError } from '../scim/errors.js';
import { compileFilter, type FilterNode, printFilter } from '../scim/filter/index.js';
import { type AttributePath, readPath } from '../scim/path.js';
import { defaultRegistry, type ResourceType } from '../scim/registry.js';
import { LUCCA_USER } from '../scim/schema.js';
import { suggest } from './nearest.js';
import { cleanText } from './transforms/text.js';

/** Several units of one kind are alternatives; kinds and the filter must all be met. Units by id, code or name. */
export interface Scope {
  filter?: string | undefined;
  costCenters?: readonly string[] | undefined;
  legalEntities?: readonly string[] | undefined;
  establishments?: readonly string[] | undefined;
  /** With everything below them. */
  departments?: readonly string[] | undefined;
  contractTypes?: readonly string[] | undefined;
}

export interface CompiledScope {
  /** The whole scope as a SCIM filter; empty = everybody. */
  filter: string;
  matches(attributes: JsonObject): boolean;
  /**
   * Refuses a scope by units that no person carries: it would match nobody, and a company would fall out of scope.
   * @throws BridgeError SCOPE_UNIT_UNMAPPED (exit code 2)
   */
  requireCarried(people: readonly JsonObject[]): void;
}

type Units = Pick<
  DirectorySummary,
  'departments' | 'legalEntities' | 'establishments' | 'sections' | 'costCenterAxisId' | 'contractTypes'
>;

interface Unit {
  id: string;
  name: string | null;
  code?: string | null;
}

/** One condition of a scope. */
interface Term {
  /** The attribute that holds the unit's id; undefined for a filter. */
  unit?: AttributePath;
  filter: string;
  matches(attributes: JsonObject): boolean;
}

/**
 * Compiles a scope for the units of one reading.
 * @throws BridgeError SCOPE_UNIT_UNKNOWN, SCOPE_UNIT_AMBIGUOUS, SCOPE_FILTER_INVALID (exit code 2)
 */
export function compileScope(scope: Scope, units: Units, type: ResourceType = userType()): CompiledScope {
  const kinds: [attribute: string, kind: string, wanted: readonly string[] | undefined, units: Unit[]][] = [
    ['costCenter.value', 'cost centre', scope.costCenters, costCentersOf(units)],
    ['legalEntity.value', 'legal entity', scope.legalEntities, [...units.legalEntities.values()]],
    ['establishment.value', 'establishment', scope.establishments, [...units.establishments.values()]],
    ['departmentId', 'department', scope.departments, [...units.departments.values()]],
    ['contractType.value', 'contract type', scope.contractTypes, contractTypesOf(units)],
  ];
  const terms: Term[] = scope.filter === undefined ? [] : [named(scope.filter, type)];
  for (const [attribute, kind, wanted, known] of kinds) {
    if (wanted === undefined) continue;
    const ids = wanted.map((name) => findUnit(name, kind, known));
    const all = kind === 'department' ? ids.flatMap((id) => subtree(id, units.departments)) : ids;
    terms.push(oneOf(`${LUCCA_USER}:${attribute}`, new Set(all), type));
  }
  return {
    filter: terms.map(({ filter }) => (terms.length > 1 ? `(${filter})` : filter)).join(' and '),
    matches: (attributes) => terms.every((term) => term.matches(attributes)),
    requireCarried(people) {
      for (const { unit } of terms) {
        if (unit === undefined || people.length === 0) continue;
        if (!people.some((attributes) => readPath(attributes, unit) !== undefined)) throw unmapped(unit);
      }
    },
  };
}

function unmapped({ text }: AttributePath): BridgeError {
  return new BridgeError('SCOPE_UNIT_UNMAPPED', `The scope goes by ${text}, which no person carries.`, {
    remedy: 'Map it as mappings/lucca.yaml does, let the credentials see it in Lucca, or scope by a filter.',
    exitCode: 2,
  });
}

/** A misspelt attribute would match nobody, and a company would fall out of scope: it is refused. */
function named(filter: string, type: ResourceType): Term {
  try {
    const { matches, ast } = compileFilter(filter, type);
    const unknown = findUnknownPath(ast, type);
    if (unknown !== undefined) throw invalidFilter(`there is no attribute ${unknown}`);
    return { filter, matches };
  } catch (cause) {
    if (!(cause instanceof ScimError)) throw cause;
    throw new BridgeError(
      'SCOPE_FILTER_INVALID',
      `The filter of the scope cannot be used: ${cause.message}`,
      {
        remedy: 'Correct scope.filter of the target: a SCIM filter over people, as in title eq "Buyer".',
        exitCode: 2,
        cause,
      },
    );
  }
}

function findUnknownPath(node: FilterNode, type: ResourceType, within = ''): string | undefined {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.map((each) => findUnknownPath(each, type, within)).find((path) => path !== undefined);
    case 'not':
      return findUnknownPath(node.node, type, within);
    case 'valuePath':
      return (
        findUnknownPath({ ...node, kind: 'present' }, type) ??
        findUnknownPath(node.node, type, `${node.path}.`)
      );
    default:
      return type.resolve(within + node.path) === undefined ? within + node.path : undefined;
  }
}

/** An admin's list may be longer than any filter: it is printed as one, and answered from a set. */
function oneOf(attribute: string, ids: ReadonlySet<string>, type: ResourceType): Term {
  const path = type.resolve(attribute);
  if (path === undefined) throw new TypeError(`the registry has no ${attribute}`);
  return {
    unit: path,
    filter: [...ids].map((id) => printFilter(attribute, 'eq', id)).join(' or '),
    matches: (attributes) => ids.has(String(readPath(attributes, path))),
  };
}

/** Id first, then code, then name; names and codes without regard to letter case. */
function findUnit(wanted: string, kind: string, units: readonly Unit[]): string {
  const fold = (text: string | null | undefined) => cleanText(text ?? '')?.toLowerCase();
  const keys: ((unit: Unit) => boolean)[] = [
    ({ id }) => id === wanted,
    ({ code }) => code != null && fold(code) === fold(wanted),
    ({ name }) => name !== null && fold(name) === fold(wanted),
  ];
  for (const key of keys) {
    const found = units.filter(key);
    if (found.length === 1) return found[0]?.id ?? wanted;
    if (found.length > 1) {
      throw new BridgeError(
        'SCOPE_UNIT_AMBIGUOUS',
        `The scope names the ${kind} "${wanted}", and there are ${found.length} of them.`,
        {
          remedy: `Write its id instead: ${found.map(({ id }) => id).join(', ')}.`,
          exitCode: 2,
        },
      );
    }
  }
  const known = units.flatMap(({ name, code }) =>
    [name, code].filter((text): text is string => text != null),
  );
  throw new BridgeError(
    'SCOPE_UNIT_UNKNOWN',
    `The scope names the ${kind} "${wanted}", which Lucca does not show.`,
    {
      remedy: suggest(
        wanted,
        known,
        'Write its id, code or name as it stands in Lucca, and check that the credentials may see it.',
      ),
      exitCode: 2,
    },
  );
}

function subtree(id: string, departments: ReadonlyMap<string, Department>): string[] {
  const below = new Map<string | null, string[]>();
  for (const department of departments.values()) {
    below.set(department.parentId, [...(below.get(department.parentId) ?? []), department.id]);
  }
  const found = new Set([id]);
  for (const each of found) for (const child of below.get(each) ?? []) found.add(child);
  return [...found];
}

function costCentersOf({ sections, costCenterAxisId }: Units): Unit[] {
  return [...sections.values()].filter(({ axisId }) => axisId === costCenterAxisId);
}

/** Lucca has no list of contract types for every way in: those that people have. */
function contractTypesOf({ contractTypes }: Units): Unit[] {
  return Array.from(contractTypes, ([id, name]) => ({ id, name }));
}

function userType(): ResourceType {
  const type = defaultRegistry.resourceType('User');
  if (type === undefined) throw new TypeError('the registry has no User');
  return type;
}

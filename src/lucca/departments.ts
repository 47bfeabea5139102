/** The department tree: levels counted from the roots, wrong parents mended and reported. Pure. */
import type { Issue } from '../errors.js';
import type { Department } from './directory.js';

export interface DepartmentTree {
  departments: ReadonlyMap<string, Department>;
  issues: Issue[];
}

/**
 * Builds the tree. A parent that Lucca does not show, and the parent that closes a circle, are taken away, so that every
 * chain of parents ends at a root. The result does not depend on the order of the rows.
 */
export function buildTree(rows: Iterable<Omit<Department, 'level'>>): DepartmentTree {
  const departments = new Map<string, Department>();
  for (const row of [...rows].sort((a, b) => byId(a.id, b.id))) departments.set(row.id, { ...row, level: 0 });
  const issues: Issue[] = [];

  const mended = new Set<Department>();
  for (const start of departments.values()) {
    const chain = new Set<Department>();
    let current: Department | undefined = start;
    while (current !== undefined && !mended.has(current) && !chain.has(current)) {
      chain.add(current);
      current = parentOf(current, departments, issues);
    }
    if (current !== undefined && chain.has(current)) cutCircle([...chain], current, issues);
    for (const department of chain) mended.add(department);
  }
  for (const department of departments.values()) setLevel(department, departments);
  return { departments, issues };
}

/** Orders ids as numbers where they are numbers. */
export function byId(a: string, b: string): number {
  return Number(a) - Number(b) || (a < b ? -1 : Number(a > b));
}

function parentOf(
  department: Department,
  departments: ReadonlyMap<string, Department>,
  issues: Issue[],
): Department | undefined {
  if (department.parentId === null) return undefined;
  const parent = departments.get(department.parentId);
  if (parent === undefined) {
    issues.push({
      code: 'LUCCA_DEPARTMENT_PARENT_UNKNOWN',
      severity: 'warning',
      subject: { kind: 'department', id: department.id },
      message: `Department ${department.id} lies below ${department.parentId}, which Lucca does not show; it is taken as a root.`,
      remedy: 'Widen the perimeter of the credentials to all departments.',
    });
    department.parentId = null;
  }
  return parent;
}

/** @param chain departments, each followed by its parent; the last one's parent is `first`, somewhere in the chain */
function cutCircle(chain: readonly Department[], first: Department, issues: Issue[]): void {
  const circle = chain.slice(chain.indexOf(first));
  const root = circle.reduce((smallest, other) => (byId(other.id, smallest.id) < 0 ? other : smallest));
  root.parentId = null;
  issues.push({
    code: 'LUCCA_DEPARTMENT_CIRCLE',
    severity: 'warning',
    subject: { kind: 'department', id: root.id },
    message: `The departments ${circle.map(({ id }) => id).join(', ')} lie below each other in a circle; ${root.id} is taken as a root.`,
    remedy: 'Correct the parent of one of them in Lucca.',
  });
}

/** Counts down from the nearest department above whose level is known. */
function setLevel(department: Department, departments: ReadonlyMap<string, Department>): void {
  const below: Department[] = [];
  let current: Department | undefined = department;
  while (current !== undefined && current.level === 0) {
    below.push(current);
    current = current.parentId === null ? undefined : departments.get(current.parentId);
  }
  let level = current?.level ?? 0;
  for (const each of below.reverse()) {
    level += 1;
    each.level = level;
  }
}

/** Places in the department tree. */
import type { Department } from './company.js';
import type { CompanyState } from './state.js';

/** From the parent up to the root; a loop ends where it closes. */
export function ancestorsOf(state: CompanyState, department: Department): Department[] {
  const ancestors: Department[] = [];
  let parentId = department.parentId;
  while (parentId !== null && !ancestors.some((row) => row.id === parentId)) {
    const parent = state.departments.get(parentId);
    if (parent === undefined) break;
    ancestors.push(parent);
    parentId = parent.parentId;
  }
  return ancestors;
}

/** 1 for a root. */
export function levelOf(state: CompanyState, department: Department): number {
  return ancestorsOf(state, department).length + 1;
}

/** 0-based place among the siblings. */
export function sortOrderOf(state: CompanyState, department: Department): number {
  return [...state.departments.values()]
    .filter((other) => other.parentId === department.parentId)
    .findIndex((other) => other.id === department.id);
}

/** The opaque path of v3 and v4, such as `/1.0/4.0/`. */
export function hierarchyOf(state: CompanyState, department: Department): string {
  const path = [department, ...ancestorsOf(state, department)].reverse();
  return `/${path.map((row) => `${row.id}.0`).join('/')}/`;
}

/** What v3 and v4 call `parentId`: the path of the parent, not its id. */
export function parentHierarchyOf(state: CompanyState, department: Department): string | null {
  const parent = department.parentId === null ? undefined : state.departments.get(department.parentId);
  return parent === undefined ? null : hierarchyOf(state, parent);
}

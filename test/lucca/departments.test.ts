import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTree } from '../../src/lucca/departments.js';
import { readCases } from '../cases.js';

interface Case {
  name: string;
  rows: [id: string, parentId: string | null][];
  tree: [id: string, parentId: string | null, level: number][];
  issues?: [code: string, id: string][];
}

const department = (id: string, parentId: string | null) => ({
  id,
  parentId,
  name: `Department ${id}`,
  code: null,
  headId: null,
  archived: false,
});
const treeOf = (rows: Case['rows']) => buildTree(rows.map(([id, parentId]) => department(id, parentId)));

describe('the department tree', () => {
  it.each(readCases<Case[]>('lucca/departments.yaml'))('$name', ({ rows, tree, issues }) => {
    const built = treeOf(rows);
    const found = [...built.departments.values()].map(({ id, parentId, level }) => [id, parentId, level]);
    expect(found).toEqual(tree);
    expect(built.issues.map(({ code, subject }) => [code, subject.id])).toEqual(issues ?? []);
  });

  it('has every chain of parents end at a root, whatever the rows and their order', () => {
    const ids = Array.from({ length: 12 }, (_, index) => String(index + 1));
    const parents = fc.array(fc.option(fc.constantFrom(...ids, '99')), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(parents, fc.shuffledSubarray(ids, { minLength: 12 }), (parentIds, order) => {
        const rows = ids.map((id, index): Case['rows'][number] => [id, parentIds[index] ?? null]);
        const built = treeOf(rows);
        for (const { parentId, level } of built.departments.values()) {
          const parent = parentId === null ? undefined : built.departments.get(parentId);
          expect(level).toBe(parentId === null ? 1 : (parent?.level ?? Number.NaN) + 1);
        }
        const shuffled = treeOf(order.map((id) => rows[Number(id) - 1] ?? ['', null]));
        expect([...shuffled.departments]).toEqual([...built.departments]);
      }),
    );
  });
});

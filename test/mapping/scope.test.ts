/** A scope in, the people whom a target receives out: `fixtures/cases/mapping/scope.yaml`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../src/errors.js';
import { summariseDirectory } from '../../src/lucca/directory.js';
import { type CompiledScope, compileScope, type Scope } from '../../src/mapping/scope.js';
import { compileFilter } from '../../src/scim/filter/index.js';
import { readCases } from '../cases.js';
import { directoryOf, type Fragment, translateFragment } from './fragment.js';
import { userType } from './registry.js';

interface ScopeCase {
  name: string;
  scope: Scope;
  /** The scope as one filter, where the case names it. */
  filter?: string;
  /** Lucca ids. */
  receives?: string[];
  /** Code of the error. */
  error?: string;
  /** What the remedy must contain. */
  remedy?: string;
}

const { directory, cases } = readCases<{ directory: Fragment; cases: ScopeCase[] }>('mapping/scope.yaml');
const summary = summariseDirectory(directoryOf(directory));
const { users } = translateFragment(directory);

describe('a scope', () => {
  const accepted = cases.filter(({ receives }) => receives !== undefined);
  it.each(accepted)('$name', ({ scope, filter, receives }) => {
    const compiled = compileScope(scope, summary);
    expect(receiversOf(compiled.matches)).toEqual(receives);
    if (filter !== undefined) expect(compiled.filter).toBe(filter);
  });

  it('by units that no person carries is refused, as it would match nobody', () => {
    const compiled = compileScope({ departments: [[...summary.departments.keys()][0] ?? ''] }, summary);
    const people = users.map(({ attributes }) => attributes);
    expect(() => compiled.requireCarried(people)).not.toThrow();
    expect(() => compiled.requireCarried([])).not.toThrow();
    const fault = faultOf(() => compiled.requireCarried(people.map(({ userName }) => ({ userName }))));
    expect(fault).toMatchObject({ code: 'SCOPE_UNIT_UNMAPPED', exitCode: 2 });
  });

  const refused = cases.filter(({ error }) => error !== undefined);
  it.each(refused)('$name', ({ scope, error, remedy = '' }) => {
    const fault = faultOf(() => compileScope(scope, summary));
    expect(fault).toMatchObject({ code: error, exitCode: 2 });
    expect(fault.remedy).toContain(remedy);
    expect(fault.remedy).not.toBe('');
  });

  it('is read as the filter that it shows', () => {
    const some = (ids: readonly string[]) =>
      fc.option(fc.subarray([...ids], { minLength: 1 }), { nil: undefined });
    const scope = fc.record({
      filter: fc.constantFrom(
        undefined,
        'userName sw "a"',
        'userName pr and not (userName ew "x")',
        'active eq true',
      ),
      costCenters: some(['700', '701']),
      legalEntities: some(['2', '3']),
      establishments: some(['5', '6', '7']),
      departments: some(['30', '31', '32', '40', '41']),
      contractTypes: some(['1', '2']),
    });
    fc.assert(
      fc.property(scope, (each) => {
        const compiled: CompiledScope = compileScope(each, summary);
        if (compiled.filter === '') return;
        const { matches } = compileFilter(compiled.filter, userType);
        expect(receiversOf(matches)).toEqual(receiversOf(compiled.matches));
      }),
    );
  });
});

describe('a department with hundreds below it', () => {
  const departments = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [
      `${index}`,
      { name: `D${index}`, parentId: index === 0 ? null : `${Math.floor((index - 1) / 3)}`, level: 1 },
    ]),
  );
  const people = Array.from({ length: 500 }, (_, index) => ({ id: `${index}`, departmentId: `${index}` }));
  const large: Fragment = { people, departments: { ...departments, 900: { name: 'Elsewhere' } } };
  const outsider = { id: '900', departmentId: '900' };

  it('is taken as a whole', () => {
    const { matches } = compileScope({ departments: ['0'] }, summariseDirectory(directoryOf(large)));
    const translated = translateFragment({ ...large, people: [...people, outsider] }).users;
    const received = translated.filter(({ attributes }) => matches(attributes));
    expect(received.map(({ luccaId }) => luccaId)).toEqual(people.map(({ id }) => id));
  });

  it('ends where parents go in a circle', () => {
    const circle = { a: { name: 'A', parentId: 'b', level: 1 }, b: { name: 'B', parentId: 'a', level: 1 } };
    const units = summariseDirectory(directoryOf({ people: [], departments: circle }));
    expect(compileScope({ departments: ['a'] }, units).filter).toMatch(/"a".* or .*"b"$/);
  });
});

function receiversOf(matches: CompiledScope['matches']): string[] {
  return users.filter(({ attributes }) => matches(attributes)).map(({ luccaId }) => luccaId);
}

function faultOf(action: () => unknown): BridgeError {
  try {
    action();
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

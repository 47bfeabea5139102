/** Mapping files with faults, and the problems that are reported: `fixtures/cases/mapping/refused/`. */
import { describe, expect, it } from 'vitest';
import { loadMapping, parseMapping } from '../../src/mapping/load.js';
import { MappingError, type MappingProblem } from '../../src/mapping/problems.js';
import { readCaseFolder } from '../cases.js';

interface RefusedCase {
  name: string;
  mapping: string;
  /** All of them, in the order of the file. */
  problems: {
    /** `line:column CODE` */
    at: string;
    /** What the message contains. */
    says: string;
    /** What the remedy contains. */
    remedy: string;
  }[];
}

describe.each(readCaseFolder<RefusedCase[]>('mapping/refused'))('$file', ({ content }) => {
  it.each(content)('$name', ({ mapping, problems }) => {
    const found = problemsOf(mapping);
    expect(found.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual(
      problems.map(({ at }) => at),
    );
    for (const [index, { says, remedy }] of problems.entries()) {
      expect(found[index]?.message).toContain(says);
      expect(found[index]?.remedy).toContain(remedy);
    }
  });
});

describe('a refused mapping', () => {
  const text = 'users:\n  userName: person.emial\n  active: true\n';

  it('says every problem in its message, each with file, line, column and remedy', () => {
    const error = refusalOf(text);
    expect(error.code).toBe('MAPPING_INVALID');
    expect(error.exitCode).toBe(2);
    expect(error.message.split('\n')).toEqual([
      'The mapping acme.yaml has 2 problems:',
      '  acme.yaml:2:13 There is nothing to read at "person.emial". Did you mean "person.email"?',
      '  acme.yaml:3:3 "active" cannot be mapped. It follows the contract dates; see "dates".',
    ]);
  });

  it('is refused as well when the file is not there', async () => {
    await expect(loadMapping('/nowhere/acme.yaml')).rejects.toMatchObject({
      code: 'MAPPING_INVALID',
      problems: [{ code: 'FILE_UNREADABLE', file: '/nowhere/acme.yaml', line: 1, column: 1 }],
    });
  });
});

function problemsOf(text: string): readonly MappingProblem[] {
  return refusalOf(text).problems;
}

function refusalOf(text: string): MappingError {
  try {
    parseMapping(text, 'acme.yaml');
  } catch (error) {
    if (error instanceof MappingError) return error;
    throw error;
  }
  throw new Error('the mapping was accepted');
}

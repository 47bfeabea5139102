import { describe, expect, it } from 'vitest';
import { joinAssignments } from '../../../src/lucca/oauth/join.js';
import { readCases } from '../../cases.js';
import { personWith } from '../support/person.js';

type Row = [id: string, email: string | null, employeeNumber: string | null, establishmentId: string | null];

interface Case {
  name: string;
  people: Row[];
  users: Row[];
  by: string;
  joined: Record<string, string>;
  says?: string[];
}

const fieldsOf = ([id, email, employeeNumber, establishmentId]: Row) => ({
  id,
  email,
  employeeNumber,
  establishmentId,
});

describe('cost centres are joined to people', () => {
  it.each(readCases<Case[]>('lucca/joins.yaml'))('$name', ({ people, users, by, joined, says }) => {
    const assignments = users.map((row) => ({ ...fieldsOf(row), sections: { 4: `section of ${row[0]}` } }));
    const join = joinAssignments(
      people.map((row) => personWith(fieldsOf(row))),
      new Map(assignments.map((assignment) => [assignment.id, assignment])),
    );
    expect(join.by).toBe(by);
    const found = [...join.sections].map(([person, sections]) => [person.id, sections['4']]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(joined).map(([person, user]) => [person, `section of ${user}`])),
    );
    const issues = join.issues.map(({ code, severity, message }) => `${code} ${severity} ${message}`);
    for (const text of says ?? []) {
      const [code, severity, ...words] = text.split(' ');
      expect(issues.filter((issue) => issue.startsWith(`${code} ${severity}`))).toEqual([
        expect.stringContaining(words.join(' ')),
      ]);
    }
  });
});

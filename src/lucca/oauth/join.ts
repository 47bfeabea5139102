/**
 * Joins v3 users to v5 employees. That both carry the same id is likely but unproven, so it is checked on everybody whose
 * e-mail or employee number both sides know; when the check fails, people are joined by number and establishment, then
 * by e-mail. Pure.
 */
import type { Issue } from '../../errors.js';
import type { Person } from '../directory.js';

/** What v3 says about one user. */
export interface Assignment {
  id: string;
  email: string | null;
  employeeNumber: string | null;
  establishmentId: string | null;
  sections: Person['sections'];
}

export interface Join {
  by: 'id' | 'employee-number' | 'email';
  sections: ReadonlyMap<Person, Person['sections']>;
  issues: Issue[];
}

/** Ids are trusted when at most this share of the checked people disagrees: mails change between two reads. */
const TOLERANCE = 0.05;

type Sides = readonly [people: readonly Person[], assignments: ReadonlyMap<string, Assignment>];

/** Finds the sections of each person. Somebody without a counterpart keeps none and is counted in an issue. */
export function joinAssignments(...sides: Sides): Join {
  const [people, assignments] = sides;
  const { checked, agreeing } = compareIds(sides);
  if (agreeing >= checked * (1 - TOLERANCE)) {
    const found = new Map<Person, Person['sections']>();
    for (const person of people) {
      const assignment = assignments.get(person.id);
      if (assignment !== undefined) found.set(person, assignment.sections);
    }
    return { by: 'id', sections: found, issues: report('id', sides, found.size, checked) };
  }
  const byNumber = match(sides, numberKey);
  const byEmail = match(sides, emailKey);
  const by = byNumber.size >= byEmail.size ? 'employee-number' : 'email';
  const [first, second] = by === 'email' ? [byEmail, byNumber] : [byNumber, byEmail];
  const found = new Map([...second, ...first]);
  return { by, sections: found, issues: report(by, sides, found.size, checked) };
}

type Identifiers = Pick<Person, 'email' | 'employeeNumber' | 'establishmentId'>;

const numberKey = ({ employeeNumber, establishmentId }: Identifiers) =>
  employeeNumber === null ? null : `${establishmentId ?? ''}/${employeeNumber.trim()}`;
const emailKey = ({ email }: Identifiers) => email?.trim().toLowerCase() ?? null;

function compareIds([people, assignments]: Sides): { checked: number; agreeing: number } {
  let checked = 0;
  let agreeing = 0;
  for (const person of people) {
    const assignment = assignments.get(person.id);
    if (assignment === undefined) continue;
    const verdicts = [
      agree(emailKey(person), emailKey(assignment)),
      agree(person.employeeNumber?.trim() ?? null, assignment.employeeNumber?.trim() ?? null),
    ].filter((verdict) => verdict !== null);
    if (verdicts.length === 0) continue;
    checked += 1;
    if (verdicts.includes(true)) agreeing += 1;
  }
  return { checked, agreeing };
}

/** Null when one side does not know. */
function agree(a: string | null, b: string | null): boolean | null {
  return a === null || b === null ? null : a === b;
}

/** People and assignments that share a key which nobody else has on either side. */
function match(
  [people, assignments]: Sides,
  keyOf: (of: Identifiers) => string | null,
): Map<Person, Person['sections']> {
  const left = unique(people, keyOf);
  const right = unique([...assignments.values()], keyOf);
  const found = new Map<Person, Person['sections']>();
  for (const [key, person] of left) {
    const assignment = right.get(key);
    if (assignment !== undefined) found.set(person, assignment.sections);
  }
  return found;
}

function unique<T extends Identifiers>(
  rows: readonly T[],
  keyOf: (of: Identifiers) => string | null,
): Map<string, T> {
  const found = new Map<string, T>();
  const twice = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    if (found.has(key)) twice.add(key);
    found.set(key, row);
  }
  for (const key of twice) found.delete(key);
  return found;
}

const WORDS = { id: 'id', 'employee-number': 'employee number and establishment', email: 'e-mail' } as const;

function report(by: Join['by'], [people]: Sides, joined: number, checked: number): Issue[] {
  const subject = { kind: 'collection', id: 'users' } as const;
  const how: Issue = {
    code: 'LUCCA_COST_CENTER_JOIN',
    severity: by === 'id' && checked > 0 ? 'info' : 'warning',
    subject,
    message: `Cost centres were joined to people by ${WORDS[by]}${by === 'id' ? ` (checked on ${checked} people)` : ', since the ids of the two ways in disagree'}.`,
    remedy:
      by === 'id'
        ? 'Nothing to do.'
        : 'Check that the API key and the OAuth client belong to the same tenant.',
  };
  const missing = people.length - joined;
  if (missing === 0) return [how];
  return [
    how,
    {
      code: 'LUCCA_COST_CENTER_UNKNOWN',
      severity: 'warning',
      subject,
      message: `The API key does not show ${missing} of ${people.length} people; their cost centres are unknown.`,
      remedy:
        'Grant the role of the API key the same people as the OAuth client, former and future employees included.',
    },
  ];
}

/** People who share what should be theirs alone. Who is right is never guessed: everybody concerned is reported. */

import type { Issue } from '../errors.js';
import type { Person } from '../lucca/directory.js';
import { type FindingCode, finding } from './findings.js';
import type { TranslatedUser } from './translation.js';

/** A person, texts cleaned, with what became of them. */
export interface Candidate {
  person: Person;
  user: TranslatedUser;
}

/**
 * Reports equal work e-mails, user names that are equal for another reason, and equal employee numbers, letter case aside.
 * An address taken over from somebody who left is worth knowing but no error.
 */
export function findDuplicates(candidates: readonly Candidate[]): Issue[] {
  return [
    ...report('DUPLICATE_EMAIL', candidates, emailOf),
    ...report('DUPLICATE_USERNAME', candidates, userNameOf),
    ...report('DUPLICATE_EMPLOYEE_NUMBER', candidates, (candidate) =>
      hasLeft(candidate) ? undefined : candidate.person.employeeNumber,
    ),
  ];
}

function emailOf({ person }: Candidate): string | undefined {
  return person.email?.toLowerCase();
}

/** Undefined for one that is the e-mail, which is compared already. */
function userNameOf({ person, user }: Candidate): string | undefined {
  const { userName } = user.attributes;
  return typeof userName === 'string' && userName !== person.email ? userName.toLowerCase() : undefined;
}

function hasLeft({ user }: Candidate): boolean {
  return user.lifecycle.state === 'left';
}

function report(
  code: FindingCode,
  candidates: readonly Candidate[],
  keyOf: (candidate: Candidate) => string | null | undefined,
): Issue[] {
  const first = new Map<string, Candidate>();
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = keyOf(candidate);
    if (key === undefined || key === null) continue;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, candidate);
    else groups.set(key, [...(groups.get(key) ?? [earlier]), candidate]);
  }
  return [...groups.values()].flatMap((group) => {
    const working = group.filter((candidate) => !hasLeft(candidate));
    const severity = working.length === 1 ? 'info' : undefined;
    return working.map(({ person }) => {
      const others = group.filter((other) => other.person !== person).map((other) => other.person.id);
      return finding(code, { kind: 'person', id: person.id }, others.join(', '), severity);
    });
  });
}

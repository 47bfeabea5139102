import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deleteAssertion, newPerson, putAssertion } from '../../src/identity/assertion.js';
import { indexPeople } from '../../src/identity/match.js';
import { compareKey, indexPerson, type MatchKey } from '../../src/identity/match-keys.js';
import { matchLucca } from '../../src/identity/match-lucca.js';
import type { PersonRecord } from '../../src/identity/person.js';
import type { JsonObject } from '../../src/json.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { matchIdp } from './match-idp.js';

const AT = '2026-01-01T08:00:00Z';

function read<T>(file: string): T[] {
  return parse(
    readFileSync(path.join(import.meta.dirname, '../../fixtures/cases/matching', file), 'utf8'),
  ) as T[];
}

type Said = JsonObject & { '#'?: string; deleted?: boolean; enterprise?: JsonObject };
type People = Record<string, Record<string, Said> & { strangers?: string[] }>;

function attributesOf({ '#': _, deleted: __, enterprise, ...attributes }: Said): JsonObject {
  return enterprise ? { ...attributes, [ENTERPRISE_USER]: enterprise } : attributes;
}

function store(people: People): PersonRecord[] {
  return Object.entries(people).map(([id, { strangers, ...sources }]) =>
    Object.entries(sources).reduce<PersonRecord>(
      (person, [source, said]) => {
        const statement = { sourceId: said['#'] ?? null, attributes: attributesOf(said) };
        const spoken = putAssertion(person, source, statement, AT);
        return said.deleted ? deleteAssertion(spoken, source, AT) : spoken;
      },
      { ...newPerson(id, AT), ...(strangers && { strangers }) },
    ),
  );
}

/** Records by their ids, as the cases name them. */
function named(match: object): object {
  const entries = Object.entries(match).map(([key, value]) => {
    if (key === 'person') return [key, (value as PersonRecord).id];
    return key === 'people' ? [key, (value as PersonRecord[]).map(({ id }) => id).sort()] : [key, value];
  });
  return Object.fromEntries(entries);
}

describe('the form in which keys are compared', () => {
  interface Case {
    name: string;
    one: string;
    other: string;
    caseExact?: boolean;
    same: boolean;
  }
  for (const { name, one, other, caseExact, same } of read<Case>('keys.yaml')) {
    it(name, () => {
      expect(compareKey(one, caseExact) === compareKey(other, caseExact)).toBe(same);
    });
  }
});

describe('matching one write of an IdP', () => {
  interface Case {
    name: string;
    people: People;
    claim: Said & { source: string; sourceId?: string };
    matching?: MatchKey[];
    match: object;
  }
  for (const { name, people, claim, matching, match } of read<Case>('idp.yaml')) {
    it(name, () => {
      const { source, sourceId = null, ...said } = claim;
      const found = matchIdp(
        { source, sourceId, attributes: attributesOf(said) },
        indexPeople(store(people)),
        matching,
      );
      expect(named(found)).toEqual(match);
    });
  }
});

describe('joining a Lucca directory with the stored people', () => {
  interface Case {
    name: string;
    people: People;
    directory: Record<string, JsonObject>;
    matches: Record<string, object>;
  }
  for (const { name, people, directory, matches } of read<Case>('lucca.yaml')) {
    it(name, () => {
      const users = Object.entries(directory).map(([luccaId, attributes]) => ({
        luccaId,
        id: `lucca-${luccaId}`,
        attributes,
      }));
      const found = matchLucca(users, store(people));
      expect(Object.fromEntries([...found].map(([id, match]) => [id, named(match)]))).toEqual(matches);
    });
  }
});

describe('the index of stored people', () => {
  it('holds every key that any source gives, and former ids', () => {
    const [person] = store({
      p1: {
        lucca: { '#': '7', userName: 'Ines', enterprise: { employeeNumber: 'E1' } },
        'idp:okta': { '#': '00u1', userName: 'Agnes', emails: [{ value: 'A@acme.example', type: 'work' }] },
      },
    });
    expect(indexPerson({ ...person, aliases: ['p0'] } as PersonRecord)).toEqual({
      externalId: ['lucca 7', 'idp:okta 00u1'],
      employeeNumber: ['E1'],
      userName: ['ines', 'agnes'],
      workEmail: ['a@acme.example'],
      alias: ['p0'],
    });
  });
});

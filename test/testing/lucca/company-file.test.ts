import { describe, expect, it } from 'vitest';
import { type Company, parseCompany } from '../../../src/testing/lucca/index.js';
import { ACME } from './tenant.js';

const copy = (): Record<string, Record<string, unknown>[]> => structuredClone(ACME) as never;

describe('a company file', () => {
  it('may leave out whatever is plain', () => {
    const company = parseCompany({
      account: 'tiny',
      at: '2026-01-01T00:00:00Z',
      costCenterAxisId: 1,
      legalEntities: [{ id: 1, name: 'Tiny SAS', country: 'FR' }],
      establishments: [{ id: 1, name: 'Tiny', legalEntityId: 1 }],
      departments: [{ id: 1, name: 'All' }],
      axes: [{ id: 1, name: 'Cost centre' }],
      sections: [],
      contractTypes: [{ id: 1, name: 'CDI', term: 'permanent' }],
      people: [
        {
          id: 1,
          firstName: 'Zoé',
          lastName: 'Petite',
          employments: [
            {
              id: 1,
              contractTypeId: 1,
              start: '2025-01-01',
              positions: [{ id: 1, startsOn: '2025-01-01', establishmentId: 1, departmentId: 1 }],
            },
          ],
        },
      ],
    });
    expect(company.people[0]).toMatchObject({ mail: null, cultureId: 1036, sections: {}, gender: 'unknown' });
  });

  const mistakes: [string, string, (company: ReturnType<typeof copy>) => void][] = [
    ['a misspelt field', 'shoeSize', (company) => Object.assign(company.people?.[0] ?? {}, { shoeSize: 42 })],
    [
      'a wrong date',
      'people.0.birthDate',
      (company) => Object.assign(company.people?.[0] ?? {}, { birthDate: 'May' }),
    ],
    [
      'an id that is there twice',
      'person 101 is there twice',
      (company) => company.people?.push(company.people[0] ?? {}),
    ],
    [
      'a section that does not exist',
      'person 101: section 9999 does not exist',
      (company) => Object.assign(company.people?.[0] ?? {}, { sections: { 4: 9999 } }),
    ],
    [
      'a custom field that nobody declared',
      'custom field e_x is not declared',
      (company) => Object.assign(company.people?.[0] ?? {}, { custom: { e_x: 1 } }),
    ],
    [
      'contracts that overlap',
      'employment 1223 overlaps',
      (company) => {
        const rehired = company.people?.find((row) => row.id === 123) as { employments: { end: string }[] };
        Object.assign(rehired.employments[0] ?? {}, { end: '2025-12-31' });
      },
    ],
  ];
  it.each(mistakes)('is refused for %s, by its place', (_, place, spoil) => {
    const company = copy();
    spoil(company);
    expect(() => parseCompany(company)).toThrow(
      expect.objectContaining({ code: 'SIMULATED_COMPANY_INVALID', message: expect.stringContaining(place) }),
    );
  });

  it('reads back what it was written from', () => {
    expect(parseCompany(JSON.parse(JSON.stringify(ACME)))).toEqual<Company>(ACME);
  });
});

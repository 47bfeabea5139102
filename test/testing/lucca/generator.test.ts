import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBrokenReferences } from '../../../src/testing/lucca/company-check.js';
import { generateCompany } from '../../../src/testing/lucca/index.js';
import { createRandom } from '../../../src/testing/lucca/random.js';
import { openTenant } from './tenant.js';

const company = generateCompany({ people: 3000, seed: 7 });
const today = '2026-11-20';
const share = (count: number) => count / company.people.length;
const ends = company.people.map((row) => row.employments.at(-1)?.end ?? '9999-12-31');
const starts = company.people.map((row) => row.employments.at(-1)?.start ?? '');

describe('a generated company', () => {
  it('is the same for the same seed, on every machine', () => {
    const small = JSON.stringify(generateCompany({ people: 100, seed: 'fixed' }));
    expect(createHash('sha256').update(small).digest('hex').slice(0, 16)).toBe('d99ffea5befebca7');
  });

  it('is another one for another seed', () => {
    expect(generateCompany({ people: 50, seed: 1 }).people).not.toEqual(
      generateCompany({ people: 50, seed: 2 }).people,
    );
  });

  it('holds together at any size and seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 400 }), fc.integer(), (people, seed) => {
        const any = generateCompany({ people, seed });
        expect(any.people).toHaveLength(people);
        expect(findBrokenReferences(any)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses to be smaller than twenty people', () => {
    expect(() => generateCompany({ people: 19 })).toThrow(RangeError);
  });

  it('has leavers, joiners and people who came back', () => {
    expect(share(ends.filter((end) => end < today).length)).toBeGreaterThan(0.08);
    expect(share(ends.filter((end) => end < today).length)).toBeLessThan(0.16);
    expect(share(starts.filter((start) => start > today).length)).toBeGreaterThan(0.01);
    expect(share(company.people.filter((row) => row.employments.length > 1).length)).toBeGreaterThan(0.01);
  });

  it('has mostly unique e-mails, a few missing, very few shared', () => {
    const mails = company.people.flatMap((row) => row.mail ?? []);
    expect(share(mails.length)).toBeGreaterThan(0.98);
    expect(mails.length - new Set(mails).size).toBeLessThan(10);
  });

  it('numbers people uniquely inside an establishment', () => {
    const numbers = company.people.flatMap((row) => {
      const site = row.employments.at(-1)?.positions.at(-1)?.establishmentId;
      return row.employeeNumber === null ? [] : `${site} ${row.employeeNumber}`;
    });
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('has nothing odd in it when told so', () => {
    const plain = generateCompany({ people: 1000, quirks: false });
    const ids = new Set(plain.people.map((row) => row.id));
    expect(new Set(plain.people.map((row) => row.mail?.toLowerCase())).size).toBe(1000);
    expect(plain.people.filter((row) => row.mail === null || row.employeeNumber === null)).toEqual([]);
    expect(plain.people.filter((row) => row.firstName !== row.firstName.trim())).toEqual([]);
    expect([...plain.departments, ...plain.sections].filter((row) => row.code === null)).toEqual([]);
    const managers = plain.people.map((row) => row.employments.at(-1)?.positions.at(-1)?.managerId ?? 0);
    expect(managers.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('has accents, particles, capitals and hyphens in its names', () => {
    const names = company.people.map((row) => row.lastName);
    for (const form of [/[éèêëïôüçœ]/i, /^(de|du|d'|van|von|des) ?/i, /^[\p{Lu} '’-]+$/u, /-/]) {
      expect(share(names.filter((name) => form.test(name)).length)).toBeGreaterThan(0.02);
    }
    expect(names.some((name) => name !== name.normalize('NFC'))).toBe(true);
  });

  it('has one tree of departments, at most nine levels deep and under 99 children each', () => {
    const children = new Map<number | null, number>();
    for (const { parentId } of company.departments) children.set(parentId, (children.get(parentId) ?? 0) + 1);
    expect(children.get(null)).toBe(1);
    expect(Math.max(...children.values())).toBeLessThan(99);
    expect(Math.max(...company.departments.map((row) => depth(row.id)))).toBeLessThanOrEqual(9);
  });

  it('leads every head up to a chief who manages herself', () => {
    const managers = new Map(
      company.people.map((row) => [row.id, row.employments[0]?.positions.at(-1)?.managerId]),
    );
    for (const { headId } of company.departments) {
      let at = headId;
      for (let steps = 0; steps < 10 && at !== managers.get(at ?? 0); steps++)
        at = managers.get(at ?? 0) ?? null;
      if (headId !== null) expect(at).toBe(1001);
    }
  });

  it('spreads over several countries and time zones', () => {
    expect(new Set(company.legalEntities.map((row) => row.country)).size).toBeGreaterThan(3);
    expect(new Set(company.establishments.map((row) => row.timeZone)).size).toBeGreaterThan(3);
  });

  it('can be simulated by its size alone', async () => {
    const tenant = await openTenant({ people: 200, seed: 3 });
    const path = '/api/v3/users?formerEmployees=true&fields=collection.count';
    expect((await tenant.withKey(path)).body.data.count).toBe(200);
    await tenant.close();
  });
});

function depth(id: number): number {
  const parentId = company.departments.find((row) => row.id === id)?.parentId ?? null;
  return parentId === null ? 1 : 1 + depth(parentId);
}

describe('the random numbers', () => {
  it('stay inside their bounds and reach them', () => {
    const random = createRandom('bounds');
    const drawn = Array.from({ length: 2000 }, () => random.integer(3, 7));
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5, 6, 7]));
  });

  it('fall evenly', () => {
    const random = createRandom(1);
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 40_000; draw++) {
      const quarter = Math.floor(random.next() * 4);
      counts[quarter] = (counts[quarter] ?? 0) + 1;
    }
    for (const count of counts) expect(count / 40_000).toBeCloseTo(0.25, 1);
  });

  it('follow the weights', () => {
    const random = createRandom('weights');
    const drawn = Array.from({ length: 10_000 }, () =>
      random.weighted([
        ['often', 9],
        ['seldom', 1],
      ]),
    );
    expect(drawn.filter((each) => each === 'seldom').length / 10_000).toBeCloseTo(0.1, 1);
  });

  it('cannot be picked from nothing', () => {
    expect(() => createRandom(1).pick([])).toThrow(RangeError);
  });
});

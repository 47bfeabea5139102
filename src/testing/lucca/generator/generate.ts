/** Generates a company of any size: believable, and the same for the same seed. */
import type { Company } from '../company.js';
import { createRandom } from '../random.js';
import { FIRST_ID, PeopleWriter } from './people.js';
import { CATALOGUES, generateUnits, type Oddity } from './units.js';

export interface GenerateOptions {
  /** Everybody in Lucca: leavers and people who have not started yet included. At least 20. */
  people: number;
  seed?: number | string;
  /** The instant the company is written for; 20 November 2026, 10:00 UTC when left out. */
  at?: string;
  /**
   * False: no odd records, that is no missing, shared or badly typed values, no expired or archived units in use, no
   * dangling managers. True when left out.
   */
  quirks?: boolean;
}

/** Generates a company; the same options always give the same one. Throws RangeError below 20 people. */
export function generateCompany(options: GenerateOptions): Company {
  const { people, seed = 1, at = '2026-11-20T10:00:00Z', quirks = true } = options;
  if (people < 20) throw new RangeError('a generated company has at least 20 people');
  const random = createRandom(seed);
  const isOdd: Oddity = (probability) => quirks && random.chance(probability);
  const units = generateUnits(random, people, isOdd);
  // One head per department, as far as people go round; heads come first and so have the lowest ids.
  const heads = units.departments.slice(0, Math.floor(people / 2));
  const headOf = new Map(heads.map((row, index) => [row.id, FIRST_ID + index]));
  const writer = new PeopleWriter({ random, isOdd, units, headOf, at });
  const staff = Array.from({ length: people }, (_, index) => writer.write(FIRST_ID + index, heads[index]));
  return {
    account: 'exemple',
    at,
    ...CATALOGUES,
    legalEntities: units.legalEntities,
    establishments: units.establishments.map(({ place: _, ...row }) => row),
    departments: units.departments.map(({ level: _, function: __, ...row }) => ({
      ...row,
      headId: headOf.get(row.id) ?? null,
    })),
    sections: units.sections,
    people: staff,
  };
}

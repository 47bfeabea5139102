/** The structure of a generated company: legal entities, sites, the department tree, axes, catalogues. */
import type {
  Axis,
  Company,
  ContractType,
  CustomField,
  Department,
  Establishment,
  LegalEntity,
  Section,
} from '../company.js';
import type { Random } from '../random.js';
import { FUNCTIONS, PLACES, type Place } from './places.js';

export interface GeneratedEstablishment extends Establishment {
  readonly place: Place;
}

export interface GeneratedDepartment extends Department {
  readonly level: number;
  /** Which of the `FUNCTIONS` it belongs to. */
  readonly function: number;
}

export interface Units {
  readonly legalEntities: LegalEntity[];
  readonly establishments: GeneratedEstablishment[];
  readonly departments: GeneratedDepartment[];
  readonly sections: Section[];
}

export const COST_CENTER_AXIS = 4;
export const LOCATION_AXIS = 7;
const MAX_LEVEL = 9;
const MAX_CHILDREN = 40;

/** True with a probability, in a company that may have odd records; else never. */
export type Oddity = (probability: number) => boolean;

/** Lays out the units for a company of about `people` people. */
export function generateUnits(random: Random, people: number, isOdd: Oddity): Units {
  const establishments = generateEstablishments(random, clamp(people / 150, 3, 80));
  return {
    legalEntities: generateLegalEntities(establishments),
    establishments,
    departments: generateDepartments(random, clamp(people / 18, 12, 6000), isOdd),
    sections: [
      ...generateCostCenters(random, clamp(people / 45, 8, 3000), isOdd),
      ...generateLocations(establishments),
    ],
  };
}

function generateEstablishments(random: Random, count: number): GeneratedEstablishment[] {
  const weights = PLACES.map((place) => [place, place.weight] as const);
  return range(count).map((index) => {
    // The first few are fixed, so that even a small company has several countries and zones.
    const place = [PLACES[0], PLACES[1], PLACES[9]][index] ?? random.weighted(weights);
    const code = place.city
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .slice(0, 3)
      .toUpperCase();
    return {
      id: index + 1,
      name: `${place.city} ${index + 1}`,
      code: `${code}${index + 1}`,
      legalEntityId: countryNumber(place.country),
      timeZone: place.timeZone,
      city: place.city,
      archived: false,
      place,
    };
  });
}

/** One company per country in use, numbered as the countries first appear in the list of places. */
function generateLegalEntities(establishments: readonly GeneratedEstablishment[]): LegalEntity[] {
  const countries = new Set(establishments.map((row) => row.place.country));
  return [...countries]
    .map((country) => ({
      id: countryNumber(country),
      name: `Groupe Exemple ${country}`,
      code: `GE-${country}`,
      country,
      archived: false,
    }))
    .sort((a, b) => a.id - b.id);
}

function countryNumber(country: string): number {
  return [...new Set(PLACES.map((place) => place.country))].indexOf(country) + 1;
}

function generateDepartments(random: Random, count: number, isOdd: Oddity): GeneratedDepartment[] {
  const make = (id: number, name: string, parent: GeneratedDepartment | undefined, fn: number) => ({
    id,
    name,
    code: isOdd(0.1) ? null : `D${String(id).padStart(4, '0')}`,
    parentId: parent?.id ?? null,
    headId: null,
    archived: parent !== undefined && parent.level > 1 && isOdd(0.005),
    level: (parent?.level ?? 0) + 1,
    function: fn,
  });
  const root = make(1, 'Groupe Exemple', undefined, 0);
  const rows: GeneratedDepartment[] = [root];
  for (const [index, { name }] of FUNCTIONS.entries()) rows.push(make(rows.length + 1, name, root, index));
  const open = rows.slice(1);
  const children = new Map<number, number>();
  while (rows.length < count) {
    const parent = random.pick(open);
    const born = (children.get(parent.id) ?? 0) + 1;
    children.set(parent.id, born);
    const { parts } = FUNCTIONS[parent.function] ?? { parts: ['Équipe'] };
    const part = parts[(born - 1) % parts.length] ?? 'Équipe';
    const name = parent.level === 2 && born <= parts.length ? part : `${part} ${rows.length + 1}`;
    const row = make(rows.length + 1, name, parent, parent.function);
    rows.push(row);
    if (row.level < MAX_LEVEL) open.push(row);
    if (born >= MAX_CHILDREN) open.splice(open.indexOf(parent), 1);
  }
  return rows;
}

function generateCostCenters(random: Random, count: number, isOdd: Oddity): Section[] {
  return range(count).map((index) => {
    const number = 1000 + index * 10;
    const { name } = random.pick(FUNCTIONS);
    return section({
      id: 1000 + index,
      axisId: COST_CENTER_AXIS,
      name: `CC-${number} ${name}`,
      code: isOdd(0.03) ? null : String(number),
      endsOn: isOdd(0.02) ? '2025-12-31' : null,
      active: !isOdd(0.02),
    });
  });
}

function generateLocations(establishments: readonly GeneratedEstablishment[]): Section[] {
  const cities = [...new Set(establishments.map((row) => row.place.city))];
  return cities.map((city, index) =>
    section({
      id: 100 + index,
      axisId: LOCATION_AXIS,
      name: city,
      code: `LOC-${index + 1}`,
      endsOn: null,
      active: true,
    }),
  );
}

function section(row: Omit<Section, 'ownerId' | 'parentIds' | 'startsOn'>): Section {
  return { ...row, ownerId: null, parentIds: [], startsOn: null };
}

const AXES: readonly Axis[] = [
  { id: COST_CENTER_AXIS, name: 'Centre de coûts', active: true, onEmployee: true },
  { id: LOCATION_AXIS, name: 'Localisation', active: true, onEmployee: true },
];

const contractType = (
  id: number,
  name: string,
  term: ContractType['term'],
  audience: string,
): ContractType => ({
  id,
  name,
  term,
  audience,
  legalEntityIds: [],
});

const CONTRACT_TYPES: readonly ContractType[] = [
  contractType(1, 'CDI', 'permanent', 'employee'),
  contractType(2, 'CDD', 'fixed', 'employee'),
  contractType(3, 'Stage', 'fixed', 'student'),
  contractType(4, 'Alternance', 'fixed', 'student'),
  contractType(5, 'Mandataire social', 'permanent', 'appointee'),
  contractType(6, 'Prestataire', 'fixed', 'external'),
];

const CUSTOM_FIELDS: readonly CustomField[] = [
  {
    id: 'e_badge',
    name: 'Numéro de badge',
    kind: 'text',
    multiple: false,
    section: 'badge',
    entries: [],
    parts: [],
    legacyShape: null,
  },
  {
    id: 'e_remote-work',
    name: 'Télétravail',
    kind: 'list',
    multiple: false,
    section: 'work',
    entries: [
      { id: 11, name: 'Aucun' },
      { id: 12, name: 'Deux jours' },
      { id: 13, name: 'Complet' },
    ],
    parts: [],
    legacyShape: null,
  },
];

/** The parts of a company that are the same at any size. */
export const CATALOGUES: Pick<
  Company,
  | 'costCenterAxisId'
  | 'axes'
  | 'contractTypes'
  | 'professions'
  | 'jobQualifications'
  | 'occupationCategories'
  | 'roles'
  | 'customFields'
> = {
  costCenterAxisId: COST_CENTER_AXIS,
  axes: AXES,
  contractTypes: CONTRACT_TYPES,
  professions: [{ id: 1, name: 'Général' }],
  jobQualifications: [{ id: 1, name: 'Employé qualifié', professionId: 1, rank: 1 }],
  occupationCategories: [
    { id: 1, name: 'Cadre' },
    { id: 2, name: 'Non cadre' },
  ],
  roles: [
    { id: 1, name: 'Collaborateur' },
    { id: 2, name: 'Manager' },
  ],
  customFields: CUSTOM_FIELDS,
};

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, Math.round(value)));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

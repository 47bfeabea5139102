/** Writes the people of a generated company, one after the other. */
import type { Person } from '../company.js';
import { localDate } from '../dates.js';
import type { Random } from '../random.js';
import { chooseLife, type IdMaker, type Life, type Work, writeContracts } from './contracts.js';
import { createIdentityMaker, type Identity, inventPhone } from './identities.js';
import { FUNCTIONS } from './places.js';
import {
  COST_CENTER_AXIS,
  type GeneratedDepartment,
  type GeneratedEstablishment,
  LOCATION_AXIS,
  type Oddity,
  type Units,
} from './units.js';

export const FIRST_ID = 1001;
/** Somebody who is no longer there. */
const DELETED_ID = 999;
const CHIEF_CONTRACT = 5;

export interface WriterInput {
  random: Random;
  isOdd: Oddity;
  units: Units;
  headOf: ReadonlyMap<number, number>;
  at: string;
}

export class PeopleWriter {
  readonly #random: Random;
  readonly #isOdd: Oddity;
  readonly #units: Units;
  readonly #headOf: ReadonlyMap<number, number>;
  readonly #modifiedAt: string;
  readonly #today: string;
  readonly #makeIdentity: (country: string) => Identity;
  readonly #costCenters: number[];
  readonly #locations: Map<string, number>;
  readonly #ids: IdMaker;
  readonly #leavers: number[] = [];
  readonly #lastNumbers = new Map<number, number>();
  #lastMail = '';

  constructor({ random, isOdd, units, headOf, at }: WriterInput) {
    this.#random = random;
    this.#isOdd = isOdd;
    this.#units = units;
    this.#headOf = headOf;
    this.#modifiedAt = new Date(at).toISOString();
    this.#today = localDate(Date.parse(at), 'Europe/Paris');
    this.#makeIdentity = createIdentityMaker(random, isOdd);
    this.#costCenters = units.sections.filter((row) => row.axisId === COST_CENTER_AXIS).map((row) => row.id);
    this.#locations = new Map(
      units.sections.filter((row) => row.axisId === LOCATION_AXIS).map((row) => [row.name, row.id]),
    );
    let lastEmployment = 0;
    let lastPosition = 0;
    this.#ids = {
      employment: () => ++lastEmployment,
      position: () => ++lastPosition,
    };
  }

  /** Writes one person; the head of `leads` when given. */
  write(id: number, leads: GeneratedDepartment | undefined): Person {
    const random = this.#random;
    const department = leads ?? random.pick(this.#units.departments);
    const establishment = this.#siteOf(department);
    const identity = this.#makeIdentity(establishment.place.country);
    const life = leads === undefined ? chooseLife(random) : 'active';
    if (life === 'leaver') this.#leavers.push(id);
    const employments = writeContracts(random, {
      life,
      today: this.#today,
      ids: this.#ids,
      work: this.#work(department, establishment, this.#managerOf(id, department, leads)),
      earlierWork: () => this.#work(random.pick(this.#units.departments), establishment, null),
    });
    const chief = leads !== undefined && leads.parentId === null;
    const { place } = establishment;
    const mail = this.#mail(identity, life);
    return {
      id,
      note: null,
      remoteId: random.chance(0.2) ? `EXT-${id}` : null,
      firstName: identity.firstName,
      lastName: identity.lastName,
      login: identity.mailbox,
      mail,
      employeeNumber: this.#employeeNumber(establishment),
      gender: identity.gender,
      birthDate: `${random.integer(1962, 2004)}-${pad(random.integer(1, 12))}-${pad(random.integer(1, 28))}`,
      nationality: place.country,
      directLine: random.chance(0.5) ? inventPhone(random, 'desk') : null,
      professionalMobile: random.chance(0.4) ? inventPhone(random, 'mobile') : null,
      personalMobile: null,
      personalEmail: null,
      cultureId: random.chance(0.85) ? place.cultureId : 1033,
      roleId: leads === undefined ? 1 : 2,
      sections: this.#sections(place.city),
      custom: this.#custom(id),
      employments: chief
        ? employments.map((row) => ({ ...row, contractTypeId: CHIEF_CONTRACT }))
        : employments,
      createdAt: `${employments[0]?.start ?? this.#today}T08:00:00.000Z`,
      modifiedAt: this.#modifiedAt,
    };
  }

  /** Most people of a department sit in one place. */
  #siteOf(department: GeneratedDepartment): GeneratedEstablishment {
    const sites = this.#units.establishments;
    const home = sites[(department.id * 7) % sites.length];
    return home !== undefined && this.#random.chance(0.8) ? home : this.#random.pick(sites);
  }

  /**
   * The head of the department; heads report to the department above, the chief to herself. A few report to a leaver,
   * or to nobody known.
   */
  #managerOf(
    id: number,
    department: GeneratedDepartment,
    leads: GeneratedDepartment | undefined,
  ): number | null {
    if (leads !== undefined) return leads.parentId === null ? id : (this.#headOf.get(leads.parentId) ?? null);
    if (this.#leavers.length > 0 && this.#isOdd(0.005)) return this.#random.pick(this.#leavers);
    if (this.#isOdd(0.001)) return DELETED_ID;
    return this.#headOf.get(department.id) ?? this.#headOf.get(department.parentId ?? 0) ?? FIRST_ID;
  }

  #work(
    department: GeneratedDepartment,
    establishment: GeneratedEstablishment,
    managerId: number | null,
  ): Work {
    return {
      establishmentId: establishment.id,
      departmentId: department.id,
      managerId,
      jobTitle: this.#isOdd(0.03)
        ? null
        : this.#random.pick(FUNCTIONS[department.function]?.jobs ?? ['Employé']),
      jobQualificationId: null,
      occupationCategoryId: this.#random.integer(1, 2),
    };
  }

  #sections(city: string): Record<string, number> {
    const sections: Record<string, number> = {};
    if (!this.#isOdd(0.04)) sections[COST_CENTER_AXIS] = this.#random.pick(this.#costCenters);
    const location = this.#locations.get(city);
    if (location !== undefined && this.#random.chance(0.9)) sections[LOCATION_AXIS] = location;
    return sections;
  }

  #custom(id: number): Record<string, string | number> {
    const custom: Record<string, string | number> = {};
    if (this.#random.chance(0.7)) custom.e_badge = `B-${id}`;
    if (this.#random.chance(0.5)) custom['e_remote-work'] = this.#random.integer(11, 13);
    return custom;
  }

  /** Unique in the establishment; the few without its code repeat elsewhere in the company. */
  #employeeNumber({ id, code }: GeneratedEstablishment): string | null {
    const last = (this.#lastNumbers.get(id) ?? 0) + 1;
    this.#lastNumbers.set(id, last);
    if (this.#isOdd(0.02)) return null;
    const number = String(last).padStart(5, '0');
    return this.#isOdd(0.01) ? number : `${code}-${number}`;
  }

  /** Joiners often have no address yet; very few people share one. */
  #mail(identity: Identity, life: Life): string | null {
    const missing = life === 'joiner' ? 0.4 : 0.003;
    if (this.#isOdd(missing)) return null;
    if (this.#lastMail !== '' && this.#isOdd(0.0005)) return this.#lastMail;
    this.#lastMail = `${identity.mailbox}@exemple.example`;
    return this.#lastMail;
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

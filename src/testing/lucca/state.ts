/** The company as it stands now: indexed, versioned, changed only through `put…` and `remove…`. */
import type {
  Company,
  ContractType,
  Department,
  Employment,
  Establishment,
  LegalEntity,
  Person,
  Position,
  Section,
} from './company.js';
import { addDays } from './dates.js';

export interface EmploymentRow {
  readonly person: Person;
  readonly employment: Employment;
}

export interface PositionRow extends EmploymentRow {
  readonly position: Position;
  /** Day before the next position, or the contract's last day. */
  readonly endsOn: string | null;
}

type Identified = { readonly id: number };

export class CompanyState {
  /** Everything that no edit changes: axes, contract types, qualifications, custom fields … */
  readonly company: Company;
  readonly departments: Map<number, Department>;
  readonly establishments: Map<number, Establishment>;
  readonly legalEntities: Map<number, LegalEntity>;
  readonly sections: Map<number, Section>;
  readonly contractTypes: Map<number, ContractType>;
  readonly #people: Map<number, Person>;
  #version = 0;
  #lists: {
    version: number;
    people?: readonly Person[];
    employments?: readonly EmploymentRow[];
    positions?: readonly PositionRow[];
  } = { version: 0 };
  readonly #lastIds: { person: number; employment: number; position: number };

  constructor(company: Company) {
    this.company = company;
    this.departments = byId(company.departments);
    this.establishments = byId(company.establishments);
    this.legalEntities = byId(company.legalEntities);
    this.sections = byId(company.sections);
    this.contractTypes = byId(company.contractTypes);
    this.#people = byId(company.people);
    const lastIds = { person: 0, employment: 0, position: 0 };
    for (const person of company.people) {
      lastIds.person = Math.max(lastIds.person, person.id);
      for (const employment of person.employments) {
        lastIds.employment = Math.max(lastIds.employment, employment.id);
        for (const position of employment.positions) {
          lastIds.position = Math.max(lastIds.position, position.id);
        }
      }
    }
    this.#lastIds = lastIds;
  }

  /** Grows with every change; what was computed from an older version is stale. */
  get version(): number {
    return this.#version;
  }

  /** An id that was never used; ids of deleted people do not come back. */
  nextId(kind: 'person' | 'employment' | 'position'): number {
    this.#lastIds[kind] += 1;
    return this.#lastIds[kind];
  }

  person(id: number): Person | undefined {
    return this.#people.get(id);
  }

  /** Everybody, leavers included, by ascending id. */
  people(): readonly Person[] {
    const lists = this.#currentLists();
    lists.people ??= [...this.#people.values()].sort(byAscendingId);
    return lists.people;
  }

  /** Every contract of everybody, by ascending id. */
  employments(): readonly EmploymentRow[] {
    const lists = this.#currentLists();
    lists.employments ??= this.people()
      .flatMap((person) => person.employments.map((employment) => ({ person, employment })))
      .sort((a, b) => a.employment.id - b.employment.id);
    return lists.employments;
  }

  /** Every position ever held, by ascending id. */
  positions(): readonly PositionRow[] {
    const lists = this.#currentLists();
    lists.positions ??= this.people()
      .flatMap(positionsOf)
      .sort((a, b) => a.position.id - b.position.id);
    return lists.positions;
  }

  putPerson(person: Person): void {
    this.#people.set(person.id, person);
    this.#version += 1;
  }

  /** Deletes for good, as a purge does. */
  removePerson(id: number): void {
    this.#people.delete(id);
    this.#version += 1;
  }

  putDepartment(department: Department): void {
    this.departments.set(department.id, department);
    this.#version += 1;
  }

  putSection(section: Section): void {
    this.sections.set(section.id, section);
    this.#version += 1;
  }

  putEstablishment(establishment: Establishment): void {
    this.establishments.set(establishment.id, establishment);
    this.#version += 1;
  }

  #currentLists() {
    if (this.#lists.version !== this.#version) this.#lists = { version: this.#version };
    return this.#lists;
  }
}

/** The positions of one person with their computed ends, in order of start. */
export function positionsOf(person: Person): PositionRow[] {
  return person.employments.flatMap((employment) =>
    employment.positions.map((position, index) => {
      const next = employment.positions[index + 1];
      return { person, employment, position, endsOn: next ? addDays(next.startsOn, -1) : employment.end };
    }),
  );
}

function byId<Row extends Identified>(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function byAscendingId(a: Identified, b: Identified): number {
  return a.id - b.id;
}

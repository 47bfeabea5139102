/**
 * What the dates of a person mean today. Lucca judges a contract or a position in the time zone of its establishment,
 * and picks the applicable one by one rule: the current one, else the first upcoming, else the last.
 */

import type { SimulatorClock } from './clock.js';
import type { Employment, Person } from './company.js';
import { DEFAULT_ZONE, localDate } from './dates.js';
import { type CompanyState, type PositionRow, positionsOf } from './state.js';

export const STATUSES = ['active', 'upcoming', 'deactivated'] as const;
export type Status = (typeof STATUSES)[number];

/** Where a person stands today. */
export interface Standing {
  readonly status: Status;
  readonly employment: Employment;
  readonly position: PositionRow;
}

/** No time zone changes its date inside a quarter of an hour, so local dates are looked up once in each. */
const QUARTER_HOUR = 900_000;

export class Calendar {
  readonly #state: CompanyState;
  readonly #clock: SimulatorClock;
  #quarter = Number.NaN;
  #version = -1;
  #days = new Map<string, string>();
  #signature = '';
  #standings = new WeakMap<Person, Standing>();

  constructor(state: CompanyState, clock: SimulatorClock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Today's date in an establishment's time zone. */
  today(establishmentId: number): string {
    this.#refresh();
    const zone = this.#state.establishments.get(establishmentId)?.timeZone ?? DEFAULT_ZONE;
    return this.#days.get(zone) ?? localDate(this.#clock.now(), zone);
  }

  /** Today's date where the server stands. */
  serverToday(): string {
    return localDate(this.#clock.now(), DEFAULT_ZONE);
  }

  /** Changes whenever any answer of this calendar may change. */
  signature(): string {
    this.#refresh();
    return this.#signature;
  }

  /** The applicable contract and position of a person, and the status that follows. */
  standing(person: Person): Standing {
    this.#refresh();
    let standing = this.#standings.get(person);
    if (standing === undefined) {
      const employment = pickApplicable(person.employments, (row) => this.employmentStatus(row));
      const position = pickApplicable(positionsOf(person), (row) => this.positionStatus(row));
      standing = { status: this.employmentStatus(employment), employment, position };
      this.#standings.set(person, standing);
    }
    return standing;
  }

  /** The applicable position within one contract of a person. */
  positionIn(person: Person, employment: Employment): PositionRow {
    const positions = positionsOf(person).filter((row) => row.employment === employment);
    return pickApplicable(positions, (row) => this.positionStatus(row));
  }

  /** Judges the first day where the contract begins and the last day where it ends. */
  employmentStatus({ start, end, positions }: Employment): Status {
    const first = positions.at(0)?.establishmentId ?? 0;
    const last = positions.at(-1)?.establishmentId ?? 0;
    if (start > this.today(first)) return 'upcoming';
    return end !== null && end < this.today(last) ? 'deactivated' : 'active';
  }

  positionStatus({ position, endsOn }: PositionRow): Status {
    const today = this.today(position.establishmentId);
    if (position.startsOn > today) return 'upcoming';
    return endsOn !== null && endsOn < today ? 'deactivated' : 'active';
  }

  #refresh(): void {
    const quarter = Math.floor(this.#clock.now() / QUARTER_HOUR);
    if (quarter === this.#quarter && this.#version === this.#state.version) return;
    this.#quarter = quarter;
    this.#version = this.#state.version;
    const zones = new Set([DEFAULT_ZONE]);
    for (const { timeZone } of this.#state.establishments.values()) zones.add(timeZone ?? DEFAULT_ZONE);
    const now = this.#clock.now();
    this.#days = new Map([...zones].map((zone) => [zone, localDate(now, zone)]));
    const signature = [...this.#state.establishments.values()]
      .map(({ id, timeZone }) => `${id}:${this.#days.get(timeZone ?? DEFAULT_ZONE)}`)
      .join();
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.#standings = new WeakMap();
  }
}

function pickApplicable<Row>(rows: readonly Row[], status: (row: Row) => Status): Row {
  const applicable =
    rows.find((row) => status(row) === 'active') ??
    rows.find((row) => status(row) === 'upcoming') ??
    rows.at(-1);
  if (applicable === undefined) throw new RangeError('a person has at least one contract and one position');
  return applicable;
}

/** Edits of the company while it is being read: each gives back what changed, as a reader will see it. */

import type { JsonObject } from '../../json.js';
import type { Calendar } from './calendar.js';
import { type Change, diff } from './change.js';
import type { SimulatorClock } from './clock.js';
import type { Department, Employment, Establishment, Person, Position, Section } from './company.js';
import { laterDate } from './dates.js';
import {
  changePosition,
  type HireInput,
  newPerson,
  type PositionInput,
  positionDefaults,
  refuse,
} from './edit-rules.js';
import { given } from './patch.js';
import { describePerson } from './person-summary.js';
import type { CompanyState } from './state.js';

export interface MoveInput extends Partial<PositionInput> {
  /** Section of the cost centre axis; null takes the cost centre away. */
  costCenterId?: number | null;
  /** First day of the new position; today when left out. */
  from?: string;
}

export interface RehireInput extends Partial<PositionInput> {
  /** First day of the new contract; today when left out. */
  start?: string;
  end?: string | null;
  contractTypeId?: number;
}

type Patch<Row> = Partial<Omit<Row, 'id'>>;

export class Edits {
  readonly #state: CompanyState;
  readonly #calendar: Calendar;
  readonly #clock: SimulatorClock;

  constructor(state: CompanyState, calendar: Calendar, clock: SimulatorClock) {
    this.#state = state;
    this.#calendar = calendar;
    this.#clock = clock;
  }

  /** Adds somebody; what is left out takes the plainest value there is. The change carries the new id. */
  hire(input: HireInput): Change {
    const position = positionDefaults(this.#state, input);
    const start = input.start ?? this.#calendar.today(position.establishmentId);
    const person = newPerson(this.#state, { input: given(input), position, start, at: this.#clock.iso() });
    return this.#put('hire', undefined, person);
  }

  /** Ends the applicable contract; `lastDay` is still worked, and is today when left out. */
  leave(id: number, { lastDay }: { lastDay?: string } = {}): Change {
    const before = this.#find(id);
    const { employment, position } = this.#calendar.standing(before);
    const end = lastDay ?? this.#calendar.today(position.position.establishmentId);
    if (end < employment.start) throw refuse(`person ${id} cannot leave before the contract starts`);
    const positions = employment.positions.filter(({ startsOn }) => startsOn <= end);
    return this.#put('leave', before, this.#withEmployment(before, { ...employment, end, positions }));
  }

  /** Changes department, establishment, manager, title or cost centre, with history. */
  move(id: number, input: MoveInput): Change {
    const before = this.#find(id);
    const { costCenterId, from, ...changes } = given(input);
    const { employment, position } = this.#calendar.standing(before);
    const today = this.#calendar.today(position.position.establishmentId);
    const startsOn = from ?? laterDate(today, employment.start);
    const moved =
      Object.keys(changes).length === 0
        ? before
        : this.#withEmployment(before, changePosition(this.#state, { employment, startsOn, changes }));
    return this.#put('move', before, this.#withCostCenter(moved, costCenterId), moved !== before);
  }

  rename(id: number, names: { firstName?: string; lastName?: string }): Change {
    const before = this.#find(id);
    return this.#put('rename', before, { ...before, ...given(names) });
  }

  /** Gives somebody another professional e-mail, or takes it away with null. */
  changeMail(id: number, mail: string | null): Change {
    const before = this.#find(id);
    return this.#put('change-mail', before, { ...before, mail });
  }

  /** Opens a new contract on the same person, who must have left, or leave before it starts. */
  rehire(id: number, input: RehireInput = {}): Change {
    const before = this.#find(id);
    const last = before.employments.at(-1);
    const { position } = this.#calendar.standing(before);
    const start = input.start ?? this.#calendar.today(position.position.establishmentId);
    if (last === undefined || last.end === null || last.end >= start) {
      throw refuse(`person ${id} still has a contract on ${start}`);
    }
    const { start: _, end = null, contractTypeId = last.contractTypeId, ...changes } = given(input);
    const next: Position = {
      ...position.position,
      ...changes,
      id: this.#state.nextId('position'),
      startsOn: start,
    };
    const employment: Employment = {
      id: this.#state.nextId('employment'),
      contractTypeId,
      start,
      end,
      positions: [next],
    };
    return this.#put('rehire', before, { ...before, employments: [...before.employments, employment] });
  }

  /** Deletes a person for good, as a GDPR purge does: gone from lists, 404 or 500 by id. */
  remove(id: number): Change {
    const before = this.#find(id);
    this.#state.removePerson(id);
    return this.#change('remove', { kind: 'person', id }, describePerson(this.#calendar, before), {});
  }

  /** Any other change of a person, field by field as the company file names them. */
  edit(id: number, patch: Patch<Person>): Change {
    const before = this.#find(id);
    // Lucca's own modifiedAt is thought not to move for these.
    const quiet = Object.keys(given(patch)).every((field) => field === 'sections' || field === 'custom');
    return this.#put('edit', before, { ...before, ...given(patch) }, !quiet);
  }

  /** Adds a department, or changes one (rename, archive, move in the tree, another head). */
  editDepartment(id: number, patch: Patch<Department>): Change {
    const before = this.#state.departments.get(id);
    const plain = { id, name: `Department ${id}`, code: null, parentId: null, headId: null, archived: false };
    const after = { ...(before ?? plain), ...given(patch) };
    this.#state.putDepartment(after);
    return this.#change('edit', { kind: 'department', id }, { ...before }, { ...after });
  }

  /** Changes an axis section, cost centres above all. */
  editSection(id: number, patch: Patch<Section>): Change {
    const before = this.#state.sections.get(id);
    if (before === undefined) throw refuse(`section ${id} does not exist`);
    const after = { ...before, ...given(patch) };
    this.#state.putSection(after);
    const describe = (row: Section) => ({ ...row, parentIds: [...row.parentIds] });
    return this.#change('edit', { kind: 'section', id }, describe(before), describe(after));
  }

  editEstablishment(id: number, patch: Patch<Establishment>): Change {
    const before = this.#state.establishments.get(id);
    if (before === undefined) throw refuse(`establishment ${id} does not exist`);
    const after = { ...before, ...given(patch) };
    this.#state.putEstablishment(after);
    return this.#change('edit', { kind: 'establishment', id }, { ...before }, { ...after });
  }

  #find(id: number): Person {
    const person = this.#state.person(id);
    if (person === undefined) throw refuse(`person ${id} does not exist`);
    return person;
  }

  #withEmployment(person: Person, employment: Employment): Person {
    const employments = person.employments.map((row) => (row.id === employment.id ? employment : row));
    return { ...person, employments };
  }

  #withCostCenter(person: Person, sectionId: number | null | undefined): Person {
    if (sectionId === undefined) return person;
    const axis = String(this.#state.company.costCenterAxisId);
    const { [axis]: _, ...others } = person.sections;
    return { ...person, sections: sectionId === null ? others : { ...others, [axis]: sectionId } };
  }

  #put(edit: Change['edit'], before: Person | undefined, after: Person, touched = true): Change {
    const old = before === undefined ? {} : describePerson(this.#calendar, before);
    const person = touched ? { ...after, modifiedAt: this.#clock.iso() } : after;
    this.#state.putPerson(person);
    return this.#change(edit, { kind: 'person', id: person.id }, old, describePerson(this.#calendar, person));
  }

  #change(edit: Change['edit'], subject: Change['subject'], before: JsonObject, after: JsonObject): Change {
    return { edit, subject, at: this.#clock.iso(), fields: diff(before, after) };
  }
}

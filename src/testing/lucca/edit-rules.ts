/** The rules behind edits: what a newcomer looks like, how a position follows another. */
import { BridgeError } from '../../errors.js';
import type { Employment, Person, Position } from './company.js';
import type { CompanyState } from './state.js';

export type PositionInput = Pick<
  Position,
  | 'establishmentId'
  | 'departmentId'
  | 'managerId'
  | 'jobTitle'
  | 'jobQualificationId'
  | 'occupationCategoryId'
>;

export type HireInput = Pick<Person, 'firstName' | 'lastName'> &
  Partial<Omit<Person, 'id' | 'employments' | 'createdAt' | 'modifiedAt'>> &
  Partial<PositionInput> & { start?: string; end?: string | null; contractTypeId?: number };

/** An edit that makes no sense for the company as it stands. */
export function refuse(message: string): BridgeError {
  return new BridgeError('SIMULATED_EDIT_REFUSED', `This edit cannot be done: ${message}.`, {
    remedy: 'Look the ids and dates up with GET /_sim/people or in the company file.',
  });
}

/** The position that `input` describes; the first live establishment and department stand in for what it leaves out. */
export function positionDefaults(state: CompanyState, input: Partial<PositionInput>): PositionInput {
  const firstLive = (rows: Iterable<{ id: number; archived: boolean }>) =>
    [...rows].find((row) => !row.archived)?.id;
  const establishmentId = input.establishmentId ?? firstLive(state.establishments.values());
  if (establishmentId === undefined) throw refuse('the company has no establishment');
  return checkPosition(state, {
    establishmentId,
    departmentId:
      input.departmentId === undefined ? (firstLive(state.departments.values()) ?? null) : input.departmentId,
    managerId: input.managerId ?? null,
    jobTitle: input.jobTitle ?? null,
    jobQualificationId: input.jobQualificationId ?? null,
    occupationCategoryId: input.occupationCategoryId ?? null,
  });
}

/** A new person with one contract of one position. */
export function newPerson(
  state: CompanyState,
  { input, position, start, at }: { input: HireInput; position: PositionInput; start: string; at: string },
): Person {
  const {
    establishmentId,
    departmentId,
    managerId,
    jobTitle,
    jobQualificationId,
    occupationCategoryId,
    ...rest
  } = input;
  const { start: _, end = null, contractTypeId = state.company.contractTypes[0]?.id, ...identity } = rest;
  if (contractTypeId === undefined) throw refuse('the company has no contract type');
  const first: Position = { ...position, id: state.nextId('position'), startsOn: start };
  return {
    id: state.nextId('person'),
    note: null,
    remoteId: null,
    login: null,
    mail: null,
    employeeNumber: null,
    gender: 'unknown',
    birthDate: null,
    nationality: null,
    directLine: null,
    professionalMobile: null,
    personalMobile: null,
    personalEmail: null,
    cultureId: 1036,
    roleId: state.company.roles[0]?.id ?? 1,
    sections: {},
    custom: {},
    ...identity,
    employments: [{ id: state.nextId('employment'), contractTypeId, start, end, positions: [first] }],
    createdAt: at,
    modifiedAt: at,
  };
}

/**
 * A contract in which another position begins on `startsOn`: it continues the one before with `changes`, and takes the
 * place of one that began on the same day.
 */
export function changePosition(
  state: CompanyState,
  {
    employment,
    startsOn,
    changes,
  }: { employment: Employment; startsOn: string; changes: Partial<PositionInput> },
): Employment {
  const { start, end, positions } = employment;
  if (startsOn < start || (end !== null && startsOn > end)) {
    throw refuse(`the contract does not cover ${startsOn}`);
  }
  const base = positions.findLast((row) => row.startsOn <= startsOn);
  if (base === undefined) throw refuse(`no position is held on ${startsOn}`);
  checkPosition(state, { ...base, ...changes });
  const sameDay = base.startsOn === startsOn;
  const next: Position = { ...base, ...changes, startsOn, id: sameDay ? base.id : state.nextId('position') };
  const others = positions.filter((row) => row.startsOn !== startsOn);
  const ordered = [...others, next].sort((a, b) => (a.startsOn < b.startsOn ? -1 : 1));
  return { ...employment, positions: ordered };
}

function checkPosition<T extends PositionInput>(state: CompanyState, position: T): T {
  const { establishmentId, departmentId } = position;
  if (!state.establishments.has(establishmentId))
    throw refuse(`establishment ${establishmentId} does not exist`);
  if (departmentId !== null && !state.departments.has(departmentId)) {
    throw refuse(`department ${departmentId} does not exist`);
  }
  return position;
}

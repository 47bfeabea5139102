/**
 * A day in the simulated company: some people are hired, leave, move, marry. What a push should write for it is counted
 * here from the company itself, so that the planner is not its own judge.
 */

import { BridgeError } from '../../errors.js';
import type { Person, Position } from '../../testing/lucca/company.js';
import type { LuccaSimulator } from '../../testing/lucca/index.js';

export interface Day {
  /** What happened, in words. */
  story: string[];
  /** Changed people plus groups whose members changed. */
  expectedWrites: number;
}

export function liveThroughADay(sim: LuccaSimulator): Day {
  const before = membershipsOf(sim);
  const touched = new Set<number>();
  const story: string[] = [];
  const cast = chooseCast(sim);
  const today = sim.clock.iso().slice(0, 10);
  const yesterday = new Date(sim.clock.now() - 86_400_000).toISOString().slice(0, 10);
  const tell = (line: string, ...people: number[]) => {
    for (const id of people) touched.add(id);
    story.push(line);
  };

  const [model, next] = [cast.take(), cast.take()];
  const place = placeOf(model);
  const hired = ['Nora', 'Émile'].map((firstName, index) => {
    const { subject } = sim.edit.hire({
      firstName,
      lastName: 'NOUVEAU',
      mail: `${['nora', 'emile'][index]}.nouveau@exemple.test`,
      start: today,
      establishmentId: place.establishmentId,
      departmentId: place.departmentId,
      managerId: place.managerId,
      sections: model.sections,
    });
    return subject.id;
  });
  tell(`hired ${hired.length} people`, ...hired);

  const leavers = [cast.take(), cast.take()];
  for (const { id } of leavers) sim.edit.leave(id, { lastDay: yesterday });
  tell('two people worked their last day yesterday', ...leavers.map(({ id }) => id));

  const isElsewhere = (person: Person) => placeOf(person).departmentId !== placeOf(next).departmentId;
  const movers = [cast.take(isElsewhere), cast.take(isElsewhere), cast.take(isElsewhere)];
  for (const { id } of movers) {
    sim.edit.move(id, { departmentId: placeOf(next).departmentId, costCenterId: costCenterOf(next, sim) });
  }
  tell('three people moved to another department and cost centre', ...movers.map(({ id }) => id));

  const married = cast.take();
  sim.edit.rename(married.id, { lastName: 'DE LA FONTAINE' });
  tell('one person took another last name', married.id);

  const renamed = cast.take();
  sim.edit.changeMail(renamed.id, `nouvelle.adresse.${renamed.id}@exemple.test`);
  tell('one person has a new e-mail address', renamed.id);

  const promoted = cast.take();
  sim.edit.move(promoted.id, { jobTitle: 'Directrice des opérations' });
  tell('one person was promoted', promoted.id);

  return { story, expectedWrites: touched.size + changedGroups(before, membershipsOf(sim)) };
}

/** People to whom something may happen without touching anybody else: at work, with an e-mail of their own, heading nobody. */
function chooseCast(sim: LuccaSimulator): { take(suits?: (person: Person) => boolean): Person } {
  const people = sim.state.people();
  const leading = new Set<number | null>([...sim.state.departments.values()].map(({ headId }) => headId));
  const mails = new Map<string, number>();
  for (const person of people) {
    for (const position of person.employments.flatMap(({ positions }) => positions))
      leading.add(position.managerId);
    const mail = person.mail?.toLowerCase() ?? '';
    mails.set(mail, (mails.get(mail) ?? 0) + 1);
  }
  const candidates = people.filter(
    (person) =>
      isAtWork(sim, person) &&
      person.employments.length === 1 &&
      person.employments[0]?.positions.length === 1 &&
      person.employments[0].end === null &&
      person.mail !== null &&
      mails.get(person.mail.toLowerCase()) === 1 &&
      !leading.has(person.id) &&
      costCenterOf(person, sim) !== undefined &&
      placeOf(person).departmentId !== null,
  );
  // From all over the company, since neighbours in the list are often colleagues; each person once.
  const step = Math.max(1, Math.floor(candidates.length / 12));
  const queue = candidates
    .map((person, index) => ({ person, turn: (index % step) * candidates.length + index }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ person }) => person);
  return {
    take(suits = () => true) {
      const [person] = queue.splice(queue.findIndex(suits), 1);
      if (person !== undefined && suits(person)) return person;
      throw new BridgeError('DEMO_TOO_SMALL', 'The simulated company has too few people for the story.', {
        remedy: 'Take at least 100: --people 100.',
        exitCode: 2,
      });
    },
  };
}

function isAtWork(sim: LuccaSimulator, person: Person): boolean {
  return sim.calendar.standing(person).status === 'active';
}

function placeOf(person: Person): Position {
  const position = person.employments.at(-1)?.positions.at(-1);
  if (position === undefined) throw new Error(`person ${person.id} has no position`);
  return position;
}

function costCenterOf(person: Person, sim: LuccaSimulator): number | undefined {
  return person.sections[String(sim.state.company.costCenterAxisId)];
}

/** Members by group, as a target should show them: people at work who have an e-mail. */
function membershipsOf(sim: LuccaSimulator): Map<string, Set<number>> {
  const groups = new Map<string, Set<number>>();
  for (const person of sim.state.people()) {
    if (!isAtWork(sim, person) || person.mail === null) continue;
    const { departmentId, establishmentId } = placeOf(person);
    const company = sim.state.establishments.get(establishmentId)?.legalEntityId;
    for (const key of [
      `department ${departmentId}`,
      `cost centre ${costCenterOf(person, sim)}`,
      `establishment ${establishmentId}`,
      `legal entity ${company}`,
    ]) {
      groups.set(key, (groups.get(key) ?? new Set()).add(person.id));
    }
  }
  return groups;
}

function changedGroups(before: Map<string, Set<number>>, after: Map<string, Set<number>>): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const nobody = new Set<number>();
  return [...keys].filter((key) => {
    const [old, current] = [before.get(key) ?? nobody, after.get(key) ?? nobody];
    return old.size !== current.size || [...old].some((id) => !current.has(id));
  }).length;
}

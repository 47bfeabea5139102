/** Who is whose manager (R17). */
import type { Person } from '../lucca/directory.js';
import type { Doubt } from './doubts.js';
import type { FindingCode } from './findings.js';
import type { Lifecycle } from './translation.js';

/** A person of the directory with what is known before the translation. */
export interface Standing {
  person: Person;
  lifecycle: Lifecycle;
  /** What the reading leaves open about the person. */
  doubts: ReadonlySet<Doubt>;
  /** Null for nobody; never the person itself, never somebody who left. */
  manager: Standing | null;
}

type Report = (code: FindingCode, person: Person, detail: string) => void;

/**
 * Sets the manager of everybody. Left out are the person as its own manager (Lucca's way to say nobody), managers whom the
 * directory does not show, and managers who have left; the last two are reported. Circles of managers are reported once
 * each and left as they are: SCIM allows them, and which of the links is wrong only the customer knows.
 */
export function linkManagers(standings: ReadonlyMap<string, Standing>, report: Report): void {
  for (const standing of standings.values()) {
    const { managerId, id } = standing.person;
    if (managerId === null || managerId === id) continue;
    const manager = standings.get(managerId);
    const hasLeft = standing.lifecycle.state === 'left';
    if (manager === undefined) {
      if (!hasLeft) report('MANAGER_NOT_FOUND', standing.person, managerId);
    } else if (manager.lifecycle.state === 'left') {
      if (!hasLeft) report('MANAGER_LEFT', standing.person, managerId);
    } else {
      standing.manager = manager;
    }
  }
  reportCircles(standings.values(), report);
}

/** Everybody has one manager, so each walk upwards ends at the top, on a path known from before, or in a new circle. */
function reportCircles(standings: Iterable<Standing>, report: Report): void {
  const walkOf = new Map<Standing, number>();
  let walk = 0;
  for (const start of standings) {
    walk++;
    let step: Standing | null = start;
    while (step !== null && !walkOf.has(step)) {
      walkOf.set(step, walk);
      step = step.manager;
    }
    if (step === null || walkOf.get(step) !== walk) continue;
    const circle = [step.person.id];
    for (let next = step.manager; next !== null; next = next === step ? null : next.manager) {
      circle.push(next.person.id);
    }
    report('MANAGER_CYCLE', step.person, circle.join(' → '));
  }
}

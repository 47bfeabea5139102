/** The working lives of generated people: contracts with history, leavers, joiners, rehires. */
import type { Employment, Position } from '../company.js';
import { addDays, daysBetween } from '../dates.js';
import type { Random } from '../random.js';

/** What becomes of a person: most are simply there. */
export type Life = 'active' | 'leaver' | 'planned-leaver' | 'joiner' | 'rehired' | 'between-contracts';

const LIVES: readonly (readonly [Life, number])[] = [
  ['active', 82],
  ['leaver', 12],
  ['joiner', 2],
  ['planned-leaver', 1.5],
  ['rehired', 2],
  ['between-contracts', 0.5],
];

export function chooseLife(random: Random): Life {
  return random.weighted(LIVES);
}

/** What a position needs besides its id and first day. */
export type Work = Omit<Position, 'id' | 'startsOn'>;

export interface IdMaker {
  employment(): number;
  position(): number;
}

/**
 * Writes the contracts of one person as seen on `today`.
 * `work` is the latest position; `earlierWork` gives what somebody did before a move inside the company.
 */
export function writeContracts(
  random: Random,
  {
    life,
    today,
    ids,
    work,
    earlierWork,
  }: { life: Life; today: string; ids: IdMaker; work: Work; earlierWork: () => Work },
): Employment[] {
  const contract = (start: string, end: string | null, typeId = chooseType(random, end)): Employment => {
    const positions: Position[] = [];
    const days = daysBetween(start, end === null || end > today ? today : end);
    if (days > 400 && random.chance(0.25)) {
      const movedOn = addDays(start, random.integer(200, days - 100));
      positions.push({ ...earlierWork(), id: ids.position(), startsOn: start });
      positions.push({ ...work, id: ids.position(), startsOn: movedOn });
    } else {
      positions.push({ ...work, id: ids.position(), startsOn: start });
    }
    return { id: ids.employment(), contractTypeId: typeId, start, end, positions };
  };
  const daysAgo = (least: number, most: number) => addDays(today, -random.integer(least, most));
  const daysAhead = (least: number, most: number) => addDays(today, random.integer(least, most));

  switch (life) {
    case 'active':
      return [contract(daysAgo(1, 6500), random.chance(0.12) ? daysAhead(30, 500) : null)];
    case 'planned-leaver':
      return [contract(daysAgo(200, 6500), daysAhead(0, 60), 1)];
    case 'joiner':
      return [contract(daysAhead(1, 120), random.chance(0.3) ? daysAhead(200, 500) : null)];
    case 'leaver': {
      const end = daysAgo(1, 1800);
      return [contract(addDays(end, -random.integer(90, 4000)), end)];
    }
    case 'rehired': {
      const end = daysAgo(600, 1500);
      return [contract(addDays(end, -random.integer(90, 1000)), end), contract(daysAgo(1, 500), null, 1)];
    }
    case 'between-contracts': {
      const end = daysAgo(10, 300);
      return [contract(addDays(end, -random.integer(90, 1000)), end), contract(daysAhead(5, 120), null, 1)];
    }
  }
}

function chooseType(random: Random, end: string | null): number {
  if (end === null) return 1;
  return random.weighted<number>([
    [1, 30],
    [2, 40],
    [3, 12],
    [4, 13],
    [6, 5],
  ]);
}

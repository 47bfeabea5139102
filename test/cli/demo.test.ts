import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkplace, type Ran, type Workplace } from './command.js';

describe('lucca-scim demo --once --json', () => {
  let place: Workplace;
  let ran: Ran;
  beforeAll(async () => {
    place = openWorkplace();
    ran = await place.run(['demo', '--once', '--json', '--people', '100']);
  });
  afterAll(() => place.clear());

  it('ends well', () => {
    expect(ran.code).toBe(0);
  });

  it('prints one JSON object and nothing else on standard output', () => {
    const [summary, ...others] = ran.json();
    expect(others).toEqual([]);
    expect(summary).toEqual({
      people: 100,
      firstRun: { usersCreated: expect.any(Number), groupsCreated: expect.any(Number), failed: 0 },
      secondRun: { writes: 0 },
      afterChanges: { expectedWrites: expect.any(Number), writes: expect.any(Number), failed: 0 },
    });
  });

  it('writes exactly what the changes in the company are worth', () => {
    const [summary] = ran.json() as {
      firstRun: Record<string, number>;
      afterChanges: Record<string, number>;
    }[];
    expect(summary?.firstRun.usersCreated).toBeGreaterThan(50);
    expect(summary?.afterChanges.expectedWrites).toBeGreaterThan(10);
    expect(summary?.afterChanges.writes).toBe(summary?.afterChanges.expectedWrites);
  });
});

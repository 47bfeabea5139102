import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/push/client/gate.js';

const WORKERS = 100;

/**
 * Has a hundred workers send through a gate for so many rounds, each round answered all at once. Returns how many were
 * under way in each.
 */
async function drive(
  gate: Gate,
  rounds: number,
  answer: (underWay: number) => { ms: number; fails?: 'failed' | 'throttled' },
  start = 0,
): Promise<{ levels: number[]; failures: number; requests: number }> {
  const levels: number[] = [];
  let underWay = 0;
  let now = start;
  let failures = 0;
  let requests = 0;
  const send = () => void gate.enter().then(() => ++underWay);
  for (let n = 0; n < WORKERS; n += 1) send();
  for (let round = 0; round < rounds; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    const level = underWay;
    underWay = 0;
    const sentAt = now;
    const { ms, fails } = answer(level);
    now += ms;
    for (let n = 0; n < level; n += 1) {
      if (fails === undefined) gate.answered(ms);
      else gate.strained(sentAt, now, fails === 'failed');
      gate.leave();
      if (round < rounds - 1) send();
    }
    if (fails !== undefined) failures += level;
    levels.push(level);
    requests += level;
  }
  return { levels, failures, requests };
}

describe('the number of requests under way', () => {
  it('grows to the ceiling within a few rounds while answers stay fast', async () => {
    const { levels } = await drive(new Gate(64), 20, () => ({ ms: 20 }));
    expect(levels.slice(0, 4)).toEqual([4, 8, 16, 32]);
    expect(levels.at(-1)).toBe(64);
  });

  it('stops growing when answers take longer', async () => {
    const { levels } = await drive(new Gate(64), 50, (underWay) => ({ ms: 20 * Math.max(1, underWay / 8) }));
    expect(levels.at(-1)).toBeLessThan(40);
    expect(levels.at(-1)).toBeGreaterThanOrEqual(8);
  });

  it('halves when the target throttles, once for all that were under way, and comes back', async () => {
    let rounds = 0;
    const { levels } = await drive(new Gate(16), 40, () => ({
      ms: 20,
      ...(++rounds === 10 ? { fails: 'throttled' } : {}),
    }));
    expect(levels.slice(8, 12)).toEqual([16, 16, 8, 8]);
    expect(levels.at(-1)).toBe(16);
  });

  it('finds how many at once make the target fail, and seldom tries again', async () => {
    const gate = new Gate(32);
    const { levels, failures, requests } = await drive(gate, 2000, (underWay) =>
      underWay > 5 ? { ms: 20, fails: 'failed' } : { ms: 20 },
    );
    expect(failures / requests).toBeLessThan(0.01);
    const settled = levels.slice(-500);
    expect(settled.reduce((sum, level) => sum + level, 0) / settled.length).toBeGreaterThan(4.5);
  });

  it('is not cut for a request that failed while it was alone', async () => {
    const gate = new Gate(1);
    await drive(gate, 3, () => ({ ms: 20, fails: 'failed' }));
    expect(gate.limit).toBe(1);
  });

  it('never falls below one', async () => {
    const gate = new Gate(8);
    await drive(gate, 20, () => ({ ms: 20, fails: 'throttled' }));
    expect(gate.limit).toBe(1);
  });

  it('lets those who wait in when it grows', async () => {
    const gate = new Gate(2);
    const entered: number[] = [];
    const all = [1, 2, 3].map((n) => gate.enter().then(() => entered.push(n)));
    await Promise.all(all.slice(0, 2));
    expect(entered).toEqual([1, 2]);
    gate.leave();
    await all[2];
    expect(entered).toEqual([1, 2, 3]);
  });
});

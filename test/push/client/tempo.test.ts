import { describe, expect, it } from 'vitest';
import { Tempo } from '../../../src/push/client/tempo.js';

/** Whether a request at this instant is let through. */
type Gatekeeper = (now: number) => boolean;

function bucket(perSecond: number, capacity: number): Gatekeeper {
  let tokens = capacity;
  let filledAt = 0;
  return (now) => {
    tokens = Math.min(capacity, tokens + ((now - filledAt) * perSecond) / 1000);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

function windows(requests: number, lengthMs: number): Gatekeeper {
  let current = -1;
  let used = 0;
  return (now) => {
    const window = Math.floor(now / lengthMs);
    if (window !== current) used = 0;
    current = window;
    used += 1;
    return used <= requests;
  };
}

/** Numbers in [0, 1) that look random and are the same each time (a linear congruential generator). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Sends without pause for `seconds`, as fast as `perSecond` at most; returns what was let through and what was not. */
function drive(
  gatekeeper: Gatekeeper,
  { seconds, perSecond, pauseMs }: { seconds: number; perSecond: number; pauseMs: number },
) {
  const tempo = new Tempo();
  let now = 0;
  let accepted = 0;
  let throttled = 0;
  while (now < seconds * 1000) {
    now += Math.max(tempo.book(now), 1000 / perSecond);
    if (gatekeeper(now)) {
      accepted += 1;
      tempo.answered(now);
    } else {
      throttled += 1;
      tempo.throttled(now, now, pauseMs);
      now += pauseMs;
    }
  }
  return { share: accepted / seconds, throttled: throttled / (accepted + throttled), rate: tempo.rate };
}

describe('a rate that the profile does not state', () => {
  it.each([
    { name: 'a bucket of one second, with Retry-After', gatekeeper: bucket(200, 200), pauseMs: 1000 },
    { name: 'a bucket of one second, without Retry-After', gatekeeper: bucket(200, 200), pauseMs: 250 },
    { name: 'a small bucket', gatekeeper: bucket(200, 20), pauseMs: 1000 },
    { name: 'windows of a second', gatekeeper: windows(200, 1000), pauseMs: 1000 },
  ])(
    'is found for $name: most of it is used, and under 1 % of the answers are 429',
    ({ gatekeeper, pauseMs }) => {
      const found = drive(gatekeeper, { seconds: 300, perSecond: 400, pauseMs });
      expect(found.share).toBeGreaterThan(0.94 * 200);
      expect(found.throttled).toBeLessThan(0.01);
    },
  );

  it('does not bound a target that never throttles', () => {
    const found = drive(() => true, { seconds: 10, perSecond: 400, pauseMs: 0 });
    expect(found).toMatchObject({ rate: null, throttled: 0 });
  });

  it.each([1, 2, 3, 4])('hardly suffers from 429 that come by chance (seed %i)', (seed) => {
    const chance = dice(seed);
    const byChance = { seconds: 300, perSecond: 100, pauseMs: 250 };
    expect(drive(() => chance() >= 0.05, byChance).share).toBeGreaterThan(20);
    expect(drive(() => chance() >= 0.05, { ...byChance, seconds: 10 }).share).toBeGreaterThan(20);
  });

  it.each([0, 1000, 60_000])('is not told from a 429 among the first requests (pause %i)', (pauseMs) => {
    const tempo = new Tempo();
    tempo.throttled(0, 0, pauseMs);
    expect(tempo.rate).toBeNull();
    for (let now = pauseMs; now < pauseMs + 5; now += 1) tempo.answered(now);
    tempo.throttled(pauseMs + 5, pauseMs + 5, pauseMs);
    expect(tempo.rate).toBeNull();
  });

  it('falls when the target takes less than before, and rises again when it takes more', () => {
    const [high, low] = [bucket(200, 200), bucket(20, 20)];
    const changing: Gatekeeper = (now) => (now > 40_000 && now < 80_000 ? low(now) : high(now));
    expect(drive(changing, { seconds: 80, perSecond: 400, pauseMs: 1000 }).rate).toBeLessThan(40);
    const later = drive(changing, { seconds: 300, perSecond: 400, pauseMs: 1000 });
    expect(later.rate).toBeGreaterThan(100);
  });

  it('is learnt once from requests that were throttled together', () => {
    const tempo = new Tempo();
    for (let now = 0; now <= 1000; now += 10) tempo.answered(now);
    tempo.throttled(990, 1010, 1000);
    const { rate } = tempo;
    for (let now = 1011; now < 1020; now += 1) tempo.throttled(995, now, 1000);
    expect(tempo.rate).toBe(rate);
  });
});

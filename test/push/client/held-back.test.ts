import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TargetClient } from '../../../src/push/client/target-client.js';
import { fakeClock, stillClock } from '../clock.js';
import { startTinyTarget, type TinyTarget, tinyClient } from '../tiny-target.js';

const MINUTE_MS = 60_000;

let target: TinyTarget;
let client: TargetClient;
beforeEach(async () => {
  target = await startTinyTarget();
});
afterEach(async () => {
  await client.close();
  await target.close();
});

/** Answers once with 429, then as ordinary. */
function throttleOnce(retryAfter: string): void {
  let isFirst = true;
  target.respond = () => {
    if (!isFirst) return undefined;
    isFirst = false;
    return { status: 429, headers: { 'retry-after': retryAfter } };
  };
}

describe('a target that asks to wait for longer than a request can', () => {
  it.each([
    ['an hour', '3600', '09:00:30'],
    ['a date within the hour', 'Fri, 20 Nov 2026 08:20:00 GMT', '08:20:15'],
    ['a day, which is not believed', '86400', '09:00:15'],
    ['milliseconds for seconds', '3600000', '09:00:15'],
    ['an instant in seconds', String(Date.parse('2026-11-20T08:30:00Z') / 1000), '08:30:15'],
    ['an instant in milliseconds', String(Date.parse('2026-11-20T08:30:00Z')), '09:00:15'],
    ['a number without end', '9'.repeat(400), '09:00:15'],
    ['a date in the far future', 'Fri, 31 Dec 9999 23:59:59 GMT', '09:00:15'],
  ])('is told so at once, and until when: %s', async (_, retryAfter, until) => {
    throttleOnce(retryAfter);
    const clock = fakeClock();
    client = tinyClient(target, { clock });
    const began = clock.now();
    await expect(client.get('/Users')).rejects.toMatchObject({
      code: 'TARGET_THROTTLED',
      kind: 'throttled',
      status: 429,
      mayHaveHappened: false,
      message: expect.stringMatching(
        /^GET \/Users: the target asks to wait until 2026-11-20T0\d:\d\d:\d\d\.\d+Z \(429\)$/,
      ),
    });
    await expect(client.get('/Users')).rejects.toThrow(`until 2026-11-20T${until.slice(0, 5)}`);
    expect(target.calls).toHaveLength(1);
    expect(clock.now()).toBe(began);
    await clock.sleep(61 * MINUTE_MS);
    await expect(client.get('/Users')).resolves.toMatchObject({ totalResults: 0 });
  });

  it.each([
    ['a negative number', '-5'],
    ['a date gone by', 'Fri, 20 Nov 2020 08:00:00 GMT'],
    ['an instant gone by', '1600000000'],
    ['nonsense', 'soon'],
    ['nothing', ''],
    ['NaN', 'NaN'],
  ])('is not one that says %s: it is asked again soon', async (_, retryAfter) => {
    throttleOnce(retryAfter);
    const clock = fakeClock();
    client = tinyClient(target, { clock });
    const began = clock.now();
    await expect(client.get('/Users')).resolves.toMatchObject({ totalResults: 0 });
    expect(clock.now() - began).toBeLessThan(MINUTE_MS);
  });

  it('keeps no request of those that wait for their turn, at a rate that was learned', async () => {
    const clock = fakeClock();
    client = tinyClient(target, { clock });
    const create = (n: number) => client.create('/Groups', { displayName: `g${n}` });
    for (let n = 0; n < 12; n += 1) await create(n);
    throttleOnce('2');
    await create(12);
    target.respond = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    target.calls.length = 0;
    const began = clock.now();
    const settled = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => create(n)));
    expect(settled).toMatchObject(
      settled.map(() => ({ status: 'rejected', reason: { code: 'TARGET_THROTTLED' } })),
    );
    expect(target.calls.length).toBeLessThan(10);
    expect(clock.now() - began).toBeLessThan(15 * MINUTE_MS);
  });
});

describe('requests that wait', () => {
  it.each(['the run stops', 'the client is closed'])(
    'end when %s: the one that was throttled, and those behind it',
    async (end) => {
      throttleOnce('600');
      const clock = stillClock();
      client = tinyClient(target, { clock });
      const run = new AbortController();
      const ours = client.until(run.signal);
      const requests = ['/Users', '/Groups', '/Users', '/Users'].map((path) => ours.get(path));
      const settled = Promise.allSettled(requests);
      // The second of a kind waits for the first to be done with its turn.
      await vi.waitFor(() => expect(clock.sleepers).toBeGreaterThan(0));
      if (end === 'the run stops') run.abort();
      else void client.close();
      const interrupted = (await settled).filter(({ status }) => status === 'rejected');
      expect(interrupted.length).toBeGreaterThan(0);
      expect(interrupted).toMatchObject(
        interrupted.map(() => ({ reason: { code: 'TARGET_INTERRUPTED', mayHaveHappened: false } })),
      );
    },
  );

  it('are as many as there are, without a warning of Node', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.name);
    process.on('warning', listen);
    const clock = stillClock();
    client = tinyClient(target, { clock, options: { rates: [{ requests: 1, seconds: 60 }] } });
    const run = new AbortController();
    const ours = client.until(run.signal);
    const settled = Promise.allSettled(Array.from({ length: 40 }, () => ours.get('/Users')));
    await vi.waitFor(() => expect(clock.sleepers).toBe(39));
    run.abort();
    const failed = (await settled).filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(39);
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});

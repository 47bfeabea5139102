import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../src/clock.js';

it.each([2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY])(
  'a sleep of %d ms, longer than a timer of Node can be, does not end at once, and ends when it is aborted',
  async (milliseconds) => {
    const stop = new AbortController();
    let isOver = false;
    const sleeping = systemClock.sleep(milliseconds, stop.signal).finally(() => {
      isOver = true;
    });
    await delay(5);
    await nextTurn();
    expect(isOver).toBe(false);
    stop.abort();
    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
  },
);

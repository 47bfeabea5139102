import { expect, it, onTestFinished, vi } from 'vitest';
import { ANSWER_WITHIN_MS, createStoreCheck } from '../../src/serve/store-check.js';

it('takes a store that does not answer for one at fault, for as long as it is silent', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let answer = () => {};
  const get = vi.fn(
    () =>
      new Promise<undefined>((resolve) => {
        answer = () => resolve(undefined);
      }),
  );
  let now = Date.parse('2026-11-20T04:00:00.000Z');
  const collection = { get, put: async () => [] };
  const check = createStoreCheck({ collection, fault: () => null, now: () => now });

  for (const at of ['the first time', 'and a minute later']) {
    const checked = check();
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    const since = '2026-11-20T04:00:00.000Z';
    expect(await checked, at).toMatchObject({ code: 'STORE_UNAVAILABLE', since });
    now += 60_000;
  }
  expect(get).toHaveBeenCalledTimes(1);

  const checked = check();
  answer();
  expect(await checked).toBeNull();
});

import { describe, expect, it } from 'vitest';
import { KeyLocks } from '../../../src/server/bridge/key-locks.js';

/** Something that ends when it is told to. */
function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe('Locks by key', () => {
  it('let those with a common key wait for each other, and nobody else', async () => {
    const locks = new KeyLocks();
    const { open, passed } = gate();
    const done: string[] = [];
    const first = locks.run(['a', 'b'], async () => {
      await passed;
      done.push('first');
    });
    const second = locks.run(['b', 'c'], async () => done.push('second'));
    await locks.run(['d'], async () => done.push('other'));
    expect(done).toEqual(['other']);
    open();
    await Promise.all([first, second]);
    expect(done).toEqual(['other', 'first', 'second']);
  });

  it('never run two actions on one key at once', async () => {
    const locks = new KeyLocks();
    let running = 0;
    let most = 0;
    const action = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 50 }, (_, n) => locks.run(['x', `own ${n}`], action)));
    expect(most).toBe(1);
  });

  it('are free again after a failure', async () => {
    const locks = new KeyLocks();
    await expect(locks.run(['a'], () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await locks.run(['a'], async () => 'free')).toBe('free');
  });
});

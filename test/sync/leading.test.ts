import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/store/memory.js';
import { createLeading } from '../../src/sync/leading.js';

describe('the permit to write', () => {
  it('holds during a run, and not before or after it', async () => {
    const leading = createLeading(createMemoryStore(), 'acme', (run) => run());
    const ended = { code: 'RUN_ENDED' };
    await expect(leading.confirm()).rejects.toMatchObject(ended);
    await leading.run(() => leading.confirm());
    await expect(leading.confirm()).rejects.toMatchObject(ended);
    await leading.run(() => Promise.reject(new TypeError('broken'))).catch(() => {});
    await expect(leading.confirm()).rejects.toMatchObject(ended);
  });
});

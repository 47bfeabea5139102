import { describe, expect, it, onTestFinished } from 'vitest';
import { BridgeError } from '../../../src/errors.js';
import { createTargetClient } from '../../../src/push/client/target-client.js';
import { loadProfile } from '../../../src/push/load-profile.js';
import { startTargetSimulator } from '../../../src/testing/target/index.js';

describe('a write that is not permitted', () => {
  it('is not sent, nor tried again, while reading goes on', async () => {
    const target = await startTargetSimulator();
    let asked = 0;
    const client = createTargetClient({
      url: target.url,
      profile: loadProfile('generic', {}),
      token: 'target-token',
      permit: async () => {
        asked += 1;
        throw new BridgeError('STORE_FENCED', 'Another process leads.', { remedy: 'None.' });
      },
    });
    onTestFinished(async () => void (await Promise.all([client.close(), target.close()])));
    const refused = { code: 'STORE_FENCED' };
    await expect(client.create('/Users', { userName: 'ada' })).rejects.toMatchObject(refused);
    await expect(client.patch('/Users/1', [])).rejects.toMatchObject(refused);
    await expect(client.replace('/Users/1', {})).rejects.toMatchObject(refused);
    await expect(client.remove('/Users/1')).rejects.toMatchObject(refused);
    await client.get('/Users');
    expect(asked).toBe(4);
    expect(target.counters).toEqual({ reads: 1, writes: 0 });
  });
});

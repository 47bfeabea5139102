import { describe, expect, it } from 'vitest';
import { group } from '../people.js';
import { createTestBridge } from './bridge.js';
import { describeProvisioning } from './provisioning.js';
import { startScimmy } from './scimmy.js';
import { readAll } from './server.js';

describeProvisioning('scimmy-routers 1.3.2 on Express 4', {
  start: startScimmy,
  // SCIMMY enforces the canonical values of `type`, which RFC 7643 only suggests.
  refused: { id: 'bad', emailType: 'bureau' },
});

describe('two units with one name, on a server that takes a name only once', () => {
  it.each([
    ['found by externalId', {}],
    ['adopted by name', { groups: { adoptBy: ['externalId', 'displayName'] } }],
  ])('are never one group, when groups are %s', async (_, options) => {
    const server = await startScimmy();
    const bridge = await createTestBridge(server, { options });
    const { result } = await bridge.push({
      people: [],
      groups: [group('40', 'Support', []), group('50', 'Support', [])],
    });
    expect(result.issues).toMatchObject([{ code: 'DUPLICATE_GROUP_NAME', subject: { kind: 'group' } }]);
    expect(await readAll(server, '/Groups')).toHaveLength(1);
    expect([...bridge.groupLinks.values()].filter(({ state }) => state === 'linked')).toHaveLength(1);
    await bridge.client.close();
    await server.close();
  });
});

/** Sessions of real SCIM clients, kept as data in `fixtures/clients/`, against the bridge's own endpoint. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { replay, type Session } from '../session.js';
import { startBridgeEndpoint } from './bridge-endpoint.js';

const ROOT = new URL('../../../fixtures/clients/', import.meta.url).pathname;

describe.each(readdirSync(ROOT).sort())('%s', (client) => {
  const sessions = readdirSync(join(ROOT, client))
    .sort()
    .map((file): Session => JSON.parse(readFileSync(join(ROOT, client, file), 'utf8')));

  it.each(sessions)('$name', async ({ steps }) => {
    const endpoint = await startBridgeEndpoint();
    try {
      await replay(endpoint, steps);
    } finally {
      await endpoint.close();
    }
  });
});

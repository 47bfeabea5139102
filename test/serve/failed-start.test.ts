import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { serve } from '../../src/serve/serve.js';
import { usePostgres } from '../support/postgres.js';
import { CLIENTS } from './served-company.js';

const postgres = usePostgres();

/** Listens where it is told, and stops at once. */
async function tryPort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: real } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return real;
}

it('a start that fails at the queue of alerts leaves no port open', async () => {
  const url = await postgres.createDatabase();
  // The user may make the tables of the state, and not those of the queue.
  await postgres.query(url, 'create role narrow login; create schema lucca_scim authorization narrow;');
  const narrow = new URL(url);
  narrow.username = 'narrow';
  const port = await tryPort(0);
  const started = serve({
    tenant: 'acme',
    lucca: { address: 'http://127.0.0.1:9', apiKey: 'key' },
    targets: {},
    store: { postgres: { url: narrow.href } },
    server: { clients: CLIENTS, port },
    schedule: false,
    alerts: { webhook: 'http://127.0.0.1:9/alerts' },
  });
  await expect(started).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  await expect(tryPort(port)).resolves.toBe(port);
});

/** The real PostgreSQL server of a test file. */
import { afterAll, beforeAll } from 'vitest';
import { type PostgresServer, startPostgres } from './postgres-server.js';

/** The server of a test file, started before its first test and gone after its last. */
export function usePostgres(): PostgresServer {
  const server = {} as PostgresServer;
  beforeAll(async () => {
    Object.assign(server, await startPostgres());
  });
  afterAll(() => server.stop());
  return server;
}

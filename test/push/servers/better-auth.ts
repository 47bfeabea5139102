/** better-auth with @better-auth/scim over its memory adapter: strict, modern, and not ours. */
import { scim } from '@better-auth/scim';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { getAuthTables } from 'better-auth/db';
import { toNodeHandler } from 'better-auth/node';
import { listen, type ScimServer } from './server.js';

const TOKEN = 'better-auth-token-0123456789-abcdefghijklmnop';

export async function startBetterAuth(): Promise<ScimServer> {
  const tables: Record<string, Record<string, unknown>[]> = {};
  const options = {
    secret: 'a secret for tests only: 5f0e1c9a7d2b48638c7e',
    baseURL: 'http://127.0.0.1',
    database: memoryAdapter(tables),
    logger: { disabled: true },
    plugins: [
      scim({ connections: [{ id: 'bridge', credentials: [{ type: 'bearer', id: 'key', token: TOKEN }] }] }),
    ],
  } satisfies BetterAuthOptions;
  for (const table of Object.values(getAuthTables(options))) tables[table.modelName] ??= [];
  return listen(toNodeHandler(betterAuth(options)), '/api/auth/scim/v2', TOKEN);
}

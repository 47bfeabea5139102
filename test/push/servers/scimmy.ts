/** scimmy-routers on Express 4 (under Express 5 it ignores count and startIndex), with the store in memory that its manual asks for. */
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { listen, type ScimServer } from './server.js';

type Express4 = () => { use(path: string, router: unknown): void } & RequestListener;
const express4 = createRequire(import.meta.url)('express4') as Express4;

interface Stored {
  id: string;
  [attribute: string]: unknown;
}
interface Target {
  id?: string;
  filter?: { match(rows: readonly Stored[]): Stored[] };
}

const TOKEN = 'scimmy-token';

/** What SCIMMY leaves to its user: storing, finding, and keeping `unique` unique. */
function handlers(unique: string) {
  const rows = new Map<string, Stored>();
  const find = (id: string) => {
    const row = rows.get(id);
    if (row === undefined) throw new SCIMMY.Types.Error(404, null as never, `Resource ${id} not found`);
    return row;
  };
  return {
    rows,
    ingress(target: Target, data: Record<string, unknown>) {
      const id = target.id === undefined ? randomUUID() : find(target.id).id;
      const key = String(data[unique]).toLowerCase();
      for (const row of rows.values()) {
        if (row.id !== id && String(row[unique]).toLowerCase() === key) {
          throw new SCIMMY.Types.Error(409, 'uniqueness', `${unique} is taken`);
        }
      }
      const row: Stored = { ...JSON.parse(JSON.stringify(data)), id };
      rows.set(id, row);
      return row;
    },
    egress(target: Target) {
      if (target.id !== undefined) return find(target.id);
      const all = [...rows.values()];
      return target.filter === undefined ? all : target.filter.match(all);
    },
    degress(target: Target) {
      rows.delete(find(target.id ?? '').id);
    },
  };
}

// SCIMMY keeps its resource types in global state: declared once for this process, emptied for every server.
const users = handlers('userName');
const groups = handlers('displayName');
SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false), users);
SCIMMY.Resources.declare(SCIMMY.Resources.Group, groups);

export async function startScimmy(): Promise<ScimServer> {
  users.rows.clear();
  groups.rows.clear();
  const app = express4();
  app.use(
    '/scim',
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request: { header(name: string): string | undefined }) => {
        if (request.header('authorization') !== `Bearer ${TOKEN}`) throw new Error('Wrong token');
        return 'bridge';
      },
    } as never),
  );
  return listen(app, '/scim', TOKEN);
}

/** Runs the request → answer cases of fixtures/cases/lucca-simulator against the hand-made company. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RightsPatch, Switches } from '../../../src/testing/lucca/index.js';
import { type Answer, openTenant, type Tenant } from './tenant.js';

interface Case {
  name: string;
  way: 'api-key' | 'oauth' | 'none';
  get: string;
  headers?: Record<string, string>;
  clock?: string;
  switches?: Partial<Switches>;
  rights?: RightsPatch;
  status?: number;
  /** Ids of the rows, in order. */
  ids?: (number | string)[];
  /** Expected parts of the body. */
  body?: object;
  /** Expected response headers. */
  gives?: Record<string, string>;
  /** Dotted paths that the body must not have. */
  lacks?: string[];
}

const folder = new URL('../../../fixtures/cases/lucca-simulator/', import.meta.url);

for (const file of readdirSync(folder)) {
  const { about, cases } = parse(readFileSync(new URL(file, folder), 'utf8')) as {
    about: string;
    cases: Case[];
  };
  describe(about, () => {
    it.each(cases)('$name', async (each) => {
      const tenant = await openTenant({
        clock: { at: each.clock },
        switches: each.switches,
        rights: each.rights,
      });
      try {
        check(each, await ask(tenant, each));
      } finally {
        await tenant.close();
      }
    });
  });
}

function ask(tenant: Tenant, { way, get, headers }: Case): Promise<Answer> {
  const filled = Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, value.replace('{key}', tenant.sim.apiKey)]),
  );
  switch (way) {
    case 'api-key':
      return tenant.withKey(get, filled);
    case 'oauth':
      return tenant.withToken(get, filled);
    case 'none':
      return tenant.bare(get, filled);
  }
}

function check({ status = 200, ids, body, gives, lacks = [] }: Case, answer: Answer): void {
  expect(answer.status, answer.text).toBe(status);
  const rows = answer.body?.data?.items ?? answer.body?.items;
  if (ids !== undefined) expect(rows.map((row: { id: unknown }) => row.id)).toEqual(ids);
  if (body !== undefined) expect(answer.body).toMatchObject(body);
  if (gives !== undefined) expect(answer.headers).toMatchObject(gives);
  for (const path of lacks) expect(answer.body).not.toHaveProperty(path);
}

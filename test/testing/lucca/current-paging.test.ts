import { describe, expect, it } from 'vitest';
import type { LuccaSimulatorOptions } from '../../../src/testing/lucca/index.js';
import { type Answer, openTenant, type Tenant } from './tenant.js';

async function inTenant(
  options: LuccaSimulatorOptions,
  test: (tenant: Tenant) => Promise<void>,
): Promise<void> {
  const tenant = await openTenant(options);
  try {
    await test(tenant);
  } finally {
    await tenant.close();
  }
}

/** Follows links.next from `first` on; calls `between` after each page. */
async function walk(
  tenant: Tenant,
  first: string,
  between: (page: number) => void = () => {},
): Promise<Answer[]> {
  const pages: Answer[] = [];
  let next: string | undefined = first;
  while (next !== undefined) {
    const page = await tenant.withToken(next);
    pages.push(page);
    between(pages.length);
    next = page.body.links?.next?.href;
  }
  return pages;
}

const idsOf = (pages: Answer[]): string[] =>
  pages.flatMap(({ body }) => body.items.map((row: { id: string }) => row.id));

describe('cursor paging', () => {
  it('gives opaque cursors that lead through every row once', () =>
    inTenant({}, async (tenant) => {
      const pages = await walk(tenant, '/lucca-api/employees?limit=10&include=links');
      expect(pages).toHaveLength(4);
      expect(pages[0]?.body.links.next.href).toMatch(/page=![\w-]+$/);
      expect(pages.at(-1)?.body.links).toMatchObject({ next: null });
      const ids = idsOf(pages);
      expect(new Set(ids).size).toBe(36);
      expect(ids).toEqual(ids.toSorted());
    }));

  it('remembers the question in the cursor', () =>
    inTenant({}, async (tenant) => {
      const pages = await walk(
        tenant,
        '/lucca-api/employees?status=active&limit=10&sort=-familyName&include=links,totalCount',
      );
      expect(pages[1]?.body.totalCount).toBe(31);
      expect(idsOf(pages)).toHaveLength(31);
    }));

  it('repeats the question in the link where the tenant does', () =>
    inTenant({ switches: { nextLink: 'complete' } }, async (tenant) => {
      const [first] = await walk(tenant, '/lucca-api/employees?status=active&limit=20&include=links');
      const next = new URL(first?.body.links.next.href).searchParams;
      expect(next.get('status')).toBe('active');
      expect(next.get('include')).toBe('links');
    }));

  it('leaves links.next out at the end where the tenant does', () =>
    inTenant({ switches: { lastPage: 'missing' } }, async (tenant) => {
      const pages = await walk(tenant, '/lucca-api/employees?limit=30&include=links');
      expect(pages.at(-1)?.body.links).not.toHaveProperty('next');
    }));

  it('leads backwards too', () =>
    inTenant({}, async (tenant) => {
      const pages = await walk(tenant, '/lucca-api/employees?limit=15&include=links');
      const back = await tenant.withToken(pages[2]?.body.links.prev.href);
      expect(idsOf([back])).toEqual(idsOf([pages[1] as Answer]));
    }));

  it('neither repeats nor skips rows when people come and go meanwhile', () =>
    inTenant({}, async (tenant) => {
      const pages = await walk(tenant, '/lucca-api/employees?limit=10&include=links', (page) => {
        if (page === 1) {
          tenant.sim.edit.remove(105);
          tenant.sim.edit.hire({ firstName: 'Nina', lastName: 'Neuve' });
        }
      });
      const ids = idsOf(pages);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toContain('137');
      expect(ids).toContain('111');
    }));

  it('declares the total without links, and no more rows than asked', () =>
    inTenant({}, async (tenant) => {
      const { body } = await tenant.withToken('/lucca-api/job-positions?limit=1&include=totalCount');
      expect(body.items).toHaveLength(1);
      expect(body.totalCount).toBe(41);
      expect(body).not.toHaveProperty('links');
    }));

  it('takes 100 values of a filter and refuses 101', () =>
    inTenant({}, async (tenant) => {
      const values = (count: number) => Array.from({ length: count }, (_, index) => 100 + index).join();
      expect((await tenant.withToken(`/lucca-api/employees?id=${values(100)}`)).status).toBe(200);
      expect((await tenant.withToken(`/lucca-api/employees?id=${values(101)}`)).status).toBe(400);
    }));
});

describe('embedded resources', () => {
  const path = '/lucca-api/employees?limit=9&include=embedded';

  it('are whole resources by type and id', () =>
    inTenant({}, async (tenant) => {
      const { body } = await tenant.withToken(path);
      const employee = body.items[2];
      const position = body.embedded['job-position'][employee.applicableJobPosition.id];
      expect(position).toEqual((await tenant.withToken(employee.applicableJobPosition.url)).body);
      expect(Object.keys(body.embedded.employment)).toHaveLength(9);
    }));

  it('may be partial', () =>
    inTenant({ switches: { embedded: 'partial' } }, async (tenant) => {
      const { body } = await tenant.withToken(path);
      const given =
        Object.keys(body.embedded.employment).length + Object.keys(body.embedded['job-position']).length;
      expect(given).toBe(12);
    }));

  it('may be missing altogether', () =>
    inTenant({ switches: { embedded: 'off' } }, async (tenant) => {
      expect((await tenant.withToken(path)).body.embedded).toEqual({});
    }));
});

describe('entity tags', () => {
  it('answer 304 while nothing changed, and the resource once it did', () =>
    inTenant({}, async (tenant) => {
      const first = await tenant.withToken('/lucca-api/employees/103');
      const tag = String(first.headers.etag);
      expect(tag).toMatch(/^W\/"/);
      const again = await tenant.withToken('/lucca-api/employees/103', { 'if-none-match': tag });
      expect(again).toMatchObject({ status: 304, text: '' });
      tenant.sim.edit.rename(103, { firstName: 'Ada-Rose' });
      const changed = await tenant.withToken('/lucca-api/employees/103', { 'if-none-match': tag });
      expect(changed).toMatchObject({ status: 200, body: { givenName: 'Ada-Rose' } });
    }));
});

describe('compression', () => {
  it('is used when the client accepts it', () =>
    inTenant({}, async (tenant) => {
      const headers = { 'accept-encoding': 'gzip' };
      const { headers: given } = await tenant.withToken('/lucca-api/employees', headers);
      expect(given['content-encoding']).toBe('gzip');
    }));
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/testing/lucca/index.js';
import { type Answer, openTenant, type Tenant } from './tenant.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

/** The three styles of paging: how to ask for page 2 of 10 rows, and where rows and totals stand. */
const styles = {
  'v3 offsets': {
    route: '/api/v3/users',
    page: (number: number) =>
      tenant.withKey(`/api/v3/users?paging=${(number - 1) * 10},10&fields=id,collection.count`),
    read: ({ body }: Answer) => ({ ids: idsOf(body.data.items), total: body.data.count }),
  },
  'v4 page numbers': {
    route: '/directory/api/4.0/work-contracts',
    page: (number: number) =>
      tenant.withKey(`/directory/api/4.0/work-contracts?page=${number}&limit=10&fields.root=count`),
    read: ({ body }: Answer) => ({ ids: idsOf(body.items), total: body.count }),
  },
  'v5 cursors': {
    route: '/lucca-api/employees',
    async page(number: number) {
      let answer = await tenant.withToken('/lucca-api/employees?limit=10&include=links,totalCount');
      for (let turned = 1; turned < number; turned++)
        answer = await tenant.withToken(answer.body.links.next.href);
      return answer;
    },
    read: ({ body }: Answer) => ({ ids: idsOf(body.items), total: body.totalCount }),
  },
};

const idsOf = (items: { id: unknown }[]) => items.map(({ id }) => id);

describe.each(Object.entries(styles))('with %s', (_, { route, page, read }) => {
  const strike = (fault: {
    kind: 'empty-page' | 'missing-page' | 'moved-row' | 'duplicate-row' | 'shrinking-total';
  }) => tenant.sim.faults.add({ route, page: 2, ...fault });

  it('an empty page keeps its total', async () => {
    const before = read(await page(2));
    strike({ kind: 'empty-page' });
    expect(read(await page(2))).toEqual({ ids: [], total: before.total });
    expect(read(await page(2))).toEqual(before);
  });

  it('a missing page is replaced by the one after it', async () => {
    const third = read(await page(3));
    strike({ kind: 'missing-page' });
    expect(read(await page(2))).toEqual(third);
  });

  it('a moved row comes twice, and another is lost', async () => {
    const [first, second] = [read(await page(1)), read(await page(2))];
    strike({ kind: 'moved-row' });
    const { ids } = read(await page(2));
    expect(ids).toEqual([first.ids.at(-1), ...second.ids.slice(0, -1)]);
  });

  it('a row comes twice', async () => {
    const { ids } = read(await page(2));
    strike({ kind: 'duplicate-row' });
    expect(read(await page(2)).ids).toEqual([...ids, ids.at(-1)]);
  });

  it('a total shrinks', async () => {
    const before = read(await page(2));
    strike({ kind: 'shrinking-total' });
    expect(read(await page(2))).toEqual({ ids: before.ids, total: before.total - 1 });
  });

  it('a record has a field of the wrong type', async () => {
    tenant.sim.faults.add({
      route,
      page: 1,
      kind: 'wrong-type',
      field: 'id',
      value: { not: 'an id' },
      row: 3,
    });
    expect(read(await page(1)).ids[3]).toEqual({ not: 'an id' });
  });
});

describe('on the wire', () => {
  const path = '/api/v3/users';
  const strike = (fault: Omit<Extract<Fault, { kind: 'html' }>, 'kind' | 'route'> | object) =>
    tenant.sim.faults.add({ route: path, ...fault } as Fault);

  it('a page of HTML comes with status 200', async () => {
    strike({ kind: 'html' });
    const answer = await tenant.withKey(path);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
  });

  it('a redirection leads to the sign-in page', async () => {
    strike({ kind: 'redirect' });
    const answer = await tenant.withKey(path);
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe(`${tenant.sim.url}/identity/login`);
  });

  it.each([path, '/lucca-api/employees'])('JSON is cut off: %s', async (route) => {
    strike({ kind: 'truncated', route });
    const answer = await (route === path ? tenant.withKey(route) : tenant.withToken(route));
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(answer.text)).toThrow(SyntaxError);
  });

  it('an answer comes later than its client waits', async () => {
    strike({ kind: 'slow', milliseconds: 60_000 });
    const headers = { authorization: `lucca application=${tenant.sim.apiKey}` };
    const waiting = fetch(tenant.sim.url + path, { headers, signal: AbortSignal.timeout(50) });
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
    expect((await tenant.withKey(path)).status).toBe(200);
  });

  it.each([500, 503, 401, 403])('an error %i is in the words of the API that was asked', async (status) => {
    strike({ kind: 'error', status });
    expect(await tenant.withKey(path)).toMatchObject({ status, body: { Status: status } });
    strike({ kind: 'error', status, route: '/lucca-api/employees', retryAfter: '7' });
    const current = await tenant.withToken('/lucca-api/employees');
    expect(current).toMatchObject({ status, body: { status, extensions: {} } });
    expect(current.headers['retry-after']).toBe('7');
  });

  it('a connection is reset', async () => {
    strike({ kind: 'reset' });
    await expect(tenant.withKey(path)).rejects.toThrow();
    expect((await tenant.withKey(path)).status).toBe(200);
    expect(tenant.sim.requests.all().map((row) => row.status)).toEqual([0, 200]);
  });

  it('the token endpoint fails too', async () => {
    strike({ kind: 'error', status: 503, route: '/connect/token' });
    expect(await tenant.askToken()).toMatchObject({ status: 503, body: { error: 'server_error' } });
    expect((await tenant.askToken()).status).toBe(200);
  });
});

describe('a fault', () => {
  const statuses = async (count: number, path = '/api/v3/users') => {
    const all: number[] = [];
    for (let index = 0; index < count; index++) all.push((await tenant.withKey(path)).status);
    return all;
  };

  it('strikes the nth request, as often as told', async () => {
    const fault = tenant.sim.faults.add({
      route: '/api/v3/users',
      nth: 2,
      times: 2,
      kind: 'error',
      status: 500,
    });
    expect(await statuses(5)).toEqual([200, 500, 500, 200, 200]);
    expect(fault.strikes).toBe(2);
  });

  it('strikes a route in any letter case, and every path below a prefix', async () => {
    tenant.sim.faults.add({
      route: '/API/V3/*',
      times: Number.POSITIVE_INFINITY,
      kind: 'error',
      status: 503,
    });
    expect(await statuses(1, '/api/v3/axes')).toEqual([503]);
    expect(await statuses(1, '/organization/structure/api/departments')).toEqual([200]);
  });

  it('is gone once taken back', async () => {
    tenant.sim.faults.add({ route: '/api/v3/users', kind: 'error', status: 500 }).remove();
    tenant.sim.faults.add({ route: '/api/v3/users', kind: 'error', status: 500 });
    tenant.sim.faults.clear();
    expect(await statuses(1)).toEqual([200]);
  });
});

/** Many tenants in one process: each sees its own people, with its own tokens, and nothing of the others. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { loadProcess } from '../../../src/config/load-process.js';
import {
  type ServedTenant,
  serveTenants,
  type TenantsProcess,
} from '../../../src/serve/tenants/serve-tenants.js';
import { ask, type Estate, openEstate, type SimulatedTenant } from './estate.js';

let estate: Estate;
let served: TenantsProcess;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  estate = await openEstate({
    names: ['acme', 'globex'],
    people: 20,
    process: { metrics: { token: { file: 'secrets/metrics' } } },
  });
  estate.write('secrets/metrics', 'metrics-token-0123456789');
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  served = await serveTenants(loadProcess(estate.file), { log: pino(out) });
  for (const { bridge } of served.tenants) await bridge.sync();
});
afterAll(async () => {
  await served.close();
  await estate.close();
});

function find(name: string): ServedTenant & SimulatedTenant {
  const [one, other] = [served.tenants, estate.tenants].map((all) => all.find((each) => each.name === name));
  return { ...(one as ServedTenant), ...(other as SimulatedTenant) };
}

const usersOf = async (name: string, token = find(name).tokens.okta) =>
  ask(`${find(name).scim}/Users?count=100&attributes=id,externalId,userName`, token);

describe('each tenant', () => {
  it('has a path of its own', () => {
    expect(served.tenants.map(({ scim }) => new URL(scim).pathname)).toEqual([
      '/t/acme/scim/v2',
      '/t/globex/scim/v2',
    ]);
  });

  it('is asked for its people with its own token', async () => {
    for (const name of ['acme', 'globex']) {
      const { status, body } = await usersOf(name);
      expect(status).toBe(200);
      expect(body.totalResults).toBe(20);
    }
  });

  it('refuses the tokens of the other, on every route', async () => {
    const { tokens } = find('globex');
    const { scim, admin } = find('acme');
    for (const token of Object.values(tokens)) {
      expect((await ask(`${scim}/Users`, token)).status).toBe(401);
      expect((await ask(`${admin}/runs`, token)).status).toBe(401);
    }
  });

  it('has people whose ids the other does not know', async () => {
    const idsOf = async (name: string) =>
      ((await usersOf(name)).body.Resources as { id: string }[]).map(({ id }) => id);
    const [acme, globex] = [await idsOf('acme'), await idsOf('globex')];
    expect(acme.filter((id) => globex.includes(id))).toEqual([]);
    const { scim, tokens } = find('globex');
    expect((await ask(`${scim}/Users/${acme[0]}`, tokens.okta)).status).toBe(404);
  });

  it('has runs of its own', async () => {
    const { admin, tokens, bridge } = find('acme');
    await bridge.sync();
    const countOf = async (url: string, token: string) =>
      ((await ask(`${url}/runs`, token)).body.runs as unknown[]).length;
    expect(await countOf(admin, tokens.operator)).toBe(2);
    expect(await countOf(find('globex').admin, find('globex').tokens.operator)).toBe(1);
  });

  it('is pushed to its own target', async () => {
    for (const { name, target } of estate.tenants) {
      const served = (await usersOf(name)).body.Resources as { userName: string }[];
      const known = new Set<unknown>(served.map(({ userName }) => userName));
      expect(target.users().length).toBeGreaterThan(10);
      expect(target.users().filter(({ userName }) => !known.has(userName))).toEqual([]);
    }
  });

  it('is named in each line of the log that concerns it', () => {
    const ended = lines.filter(({ msg }) => msg === 'synchronisation ended');
    expect(ended.map(({ tenant }) => tenant)).toEqual(['acme', 'globex', 'acme']);
    const requests = lines.filter(({ msg }) => msg === 'scim request');
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.every(({ tenant }) => tenant === 'acme' || tenant === 'globex')).toBe(true);
  });

  it('says how it is', async () => {
    const { status, body } = await ask(find('acme').health, '');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', lastRun: { outcome: 'done' } });
  });
});

describe('the process', () => {
  it('answers 404 where there is no tenant', async () => {
    for (const path of ['/t/initech/scim/v2/Users', '/scim/v2/Users', '/t', '/']) {
      const { status, body } = await ask(served.url + path, find('acme').tokens.okta);
      expect({ status, body }).toMatchObject({
        status: 404,
        body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' },
      });
    }
  });

  it('says how all of them are', async () => {
    expect(await ask(`${served.url}/health`, '')).toMatchObject({
      status: 200,
      body: { status: 'ok', served: 2, overdue: [], storeFaults: [], broken: [] },
    });
    expect((await ask(`${served.url}/health/live`, '')).status).toBe(200);
  });

  it('gives figures by tenant and target to whoever has the token', async () => {
    expect((await ask(`${served.url}/metrics`, find('acme').tokens.operator)).status).toBe(401);
    const { status, body } = await ask(`${served.url}/metrics`, 'metrics-token-0123456789');
    expect(status).toBe(200);
    const text = String(body.text);
    expect(text).toContain('lucca_scim_runs_total{tenant="acme",outcome="done"} 2');
    expect(text).toContain('lucca_scim_runs_total{tenant="globex",outcome="done"} 1');
    expect(text).toMatch(/lucca_scim_requests_total\{tenant="acme",method="GET",status="4xx"\} \d/);
    expect(text).toMatch(
      /lucca_scim_target_requests_total\{tenant="globex",target="travel",method="POST",status="2xx"\} \d/,
    );
    expect(text).toMatch(/lucca_scim_last_success_timestamp_seconds\{tenant="acme"\} \d{10}/);
    expect(text).toContain('lucca_scim_open_conflicts{tenant="acme"} 0');
    expect(text).toContain('lucca_scim_queue_waiting{queue="runs"} 0');
    expect(text).toContain('lucca_scim_tenants{state="served"} 2');
  });
});

describe('a command for one tenant', () => {
  it('takes bridge.yaml#NAME', () => {
    expect(loadConfig(`${estate.file}#acme`).tenant).toBe('acme');
    expect(() => loadConfig(`${estate.file}#initech`)).toThrow(
      expect.objectContaining({ code: 'TENANT_UNKNOWN' }),
    );
    expect(() => loadConfig(estate.file)).toThrow(expect.objectContaining({ code: 'TENANT_NOT_NAMED' }));
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedCompany, serveCompany } from './served-company.js';

let company: ServedCompany;
beforeEach(async () => {
  company = await serveCompany();
});
afterEach(() => company.close());

const runs = async () => (await company.admin('get', '/runs').expect(200)).body;

/** Ends when no synchronisation is under way any more. */
async function settled(): Promise<void> {
  while ((await runs()).running !== null) await new Promise((resolve) => setImmediate(resolve));
}

describe('a synchronisation', () => {
  it('pushes to every target and leaves a record in numbers and codes', async () => {
    await company.bridge.sync();
    const { running, runs: records } = await runs();
    expect(running).toBeNull();
    expect(records).toMatchObject([
      {
        trigger: 'call',
        outcome: 'with-failures',
        code: null,
        people: 36,
        targets: [{ target: 'travel', code: null, failed: 0, notReached: 0 }],
      },
    ]);
    expect(company.target.users().length).toBeGreaterThan(20);
    expect(JSON.stringify(records)).not.toContain('@');
  });

  it('is started by an admin, who is answered at once', async () => {
    const { body } = await company.admin('post', '/sync').expect(202);
    expect(body).toMatchObject({ id: expect.any(String), trigger: 'admin' });
    await settled();
    expect((await runs()).runs).toMatchObject([{ id: body.id, trigger: 'admin', outcome: 'with-failures' }]);
  });

  it('never runs twice at once', async () => {
    const first = company.bridge.sync();
    await expect(company.bridge.sync('schedule')).rejects.toMatchObject({ code: 'SYNC_UNDER_WAY' });
    expect((await company.admin('post', '/sync').expect(409)).body.code).toBe('SYNC_UNDER_WAY');
    await first;
    expect((await runs()).runs).toHaveLength(1);
  });

  it('that cannot read Lucca fails with the cause, and the next one goes on', async () => {
    company.lucca.faults.add({ kind: 'error', status: 401, route: '/api/*', times: Infinity });
    await expect(company.bridge.sync()).rejects.toMatchObject({ code: expect.any(String) });
    company.lucca.faults.clear();
    company.lucca.clock.advance({ hours: 1 });
    await company.bridge.sync();
    expect((await runs()).runs).toMatchObject([
      { outcome: 'with-failures' },
      { outcome: 'failed', code: expect.stringMatching(/^LUCCA_/) },
    ]);
  });

  it('that cannot reach a target fails with the cause', async () => {
    company.target.setFault(() => ({ kind: 'error' }));
    await company.bridge.sync();
    expect((await runs()).runs).toMatchObject([
      { outcome: 'failed', targets: [{ target: 'travel', code: expect.stringMatching(/^TARGET_/) }] },
    ]);
  });

  it('that is stopped while it reads Lucca says so, and blames nobody', async () => {
    const stopped = company.bridge.sync();
    const refused = expect(stopped).rejects.toMatchObject({ code: 'SYNC_INTERRUPTED' });
    await company.restart();
    await refused;
    expect((await runs()).runs).toMatchObject([{ outcome: 'interrupted', code: 'SYNC_INTERRUPTED' }]);
  });

  it('is interrupted at a safe point when the bridge closes, and the next one completes the job', async () => {
    const interrupted = company.bridge.sync();
    interrupted.catch(() => {});
    await company.restart();
    company.lucca.clock.advance({ hours: 1 });
    await company.bridge.sync();
    const outcomes = (await runs()).runs.map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes[1]).toBe('interrupted');
    const names = company.target.users().map(({ userName }) => userName);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(20);
  });
});

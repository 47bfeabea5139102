import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoredRecord } from '../../src/store/store.js';
import { oktaUser, type ServedCompany, serveCompany } from './served-company.js';

let company: ServedCompany;
beforeEach(async () => {
  company = await serveCompany();
});
afterEach(() => company.close());

const DAY = 86_400_000;

/** Somebody whom only the IdP knows. */
async function newcomer(mail: string): Promise<string> {
  const { body } = await company.scim('okta', 'post', '/Users', oktaUser(mail)).expect(201);
  return body.id;
}

describe('POST /admin/people/{id}/erase', () => {
  it('removes a person whom the endpoint then no longer knows, groups included', async () => {
    const [erased, other] = [await newcomer('ida@acme.example'), await newcomer('bo@acme.example')];
    const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Admins' };
    const members = [erased, other].map((value) => ({ value }));
    const { body: made } = await company.scim('okta', 'post', '/Groups', { ...group, members }).expect(201);

    const { body } = await company.admin('post', `/people/${erased}/erase`, {}).expect(200);
    expect(body.receipt).toMatchObject({ by: 'operator', removed: { people: 1 } });
    expect(JSON.stringify(body.receipt)).not.toContain(erased);

    await company.scim('okta', 'get', `/Users/${erased}`).expect(404);
    const { body: left } = await company.scim('okta', 'get', `/Groups/${made.id}`).expect(200);
    expect(left.members).toMatchObject([{ value: other }]);
    await company.scim('okta', 'post', '/Users', oktaUser('ida@acme.example')).expect(201);
  });

  it('refuses somebody whom Lucca still shows, unless it is forced; the next run brings them back', async () => {
    await company.bridge.sync();
    const { id } = await company.user('127');
    const { body } = await company.admin('post', `/people/${id}/erase`, {}).expect(409);
    expect(body).toMatchObject({ code: 'PERSON_STILL_IN_LUCCA', remedy: expect.stringContaining('force') });
    const { body: done } = await company.admin('post', `/people/${id}/erase`, { force: true }).expect(200);
    expect(done.accounts).toMatchObject([{ target: 'travel' }]);
    await company.scim('travel-tool', 'get', `/Users/${id}`).expect(404);
    await company.bridge.sync();
    expect(await company.user('127')).toMatchObject({ id });
  });

  it('of somebody unknown is answered 404, and waits for nobody while a run goes on', async () => {
    await company.admin('post', '/people/nobody/erase', {}).expect(404);
    const id = await newcomer('ida@acme.example');
    const running = company.bridge.sync();
    const { body } = await company.admin('post', `/people/${id}/erase`, {}).expect(409);
    expect(body).toMatchObject({ code: 'SYNC_UNDER_WAY' });
    await running;
  });

  it('is for admins alone', async () => {
    const id = await newcomer('ida@acme.example');
    await company.admin('post', `/people/${id}/erase`, {}, 'okta').expect(403);
  });
});

describe('each synchronisation', () => {
  it('lets records of what was done age out by the clock', async () => {
    const count = (collection: string) => company.store.collection<StoredRecord>('acme', collection).count();
    await company.bridge.sync();
    expect([await count('runs'), await count('syncs')]).toEqual([1, 1]);
    company.lucca.clock.advance(399 * DAY);
    await company.bridge.sync();
    expect([await count('runs'), await count('syncs')]).toEqual([2, 2]);
    company.lucca.clock.advance(2 * DAY);
    await company.bridge.sync();
    expect([await count('runs'), await count('syncs')]).toEqual([2, 2]);
  });
});

describe('each push', () => {
  const renewals = () => vi.spyOn(company.store, 'compact');
  const runs = () => company.store.collection<StoredRecord>('acme', 'runs').count();

  it('does the same at its end', async () => {
    await company.bridge.push();
    company.lucca.clock.advance(401 * DAY);
    const renewed = renewals();
    await company.bridge.push();
    expect(await runs()).toBe(1);
    expect(renewed).toHaveBeenCalledTimes(1);
  });

  it('but of one person leaves that to the next of all', async () => {
    await company.bridge.push();
    company.lucca.clock.advance(401 * DAY);
    const renewed = renewals();
    await company.bridge.push({ person: '127' });
    expect(await runs()).toBe(2);
    expect(renewed).not.toHaveBeenCalled();
  });
});

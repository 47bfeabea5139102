import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Conflict } from '../../../src/identity/conflicts.js';
import { oktaUser, type ServedCompany, serveCompany } from '../../serve/served-company.js';

/** Whom two records could mean: an IdP's person has the userName of one and the e-mail of another. */
let company: ServedCompany;
beforeEach(async () => {
  company = await serveCompany();
});
afterEach(() => company.close());

const openConflicts = async (): Promise<Conflict[]> => {
  const { body } = await company.admin('get', '/conflicts').expect(200);
  return body.conflicts;
};
const ambiguous = async () => (await openConflicts()).filter(({ kind }) => kind === 'ambiguous-match');
const only = async (): Promise<Conflict> => {
  const [conflict, ...others] = await ambiguous();
  if (conflict === undefined || others.length > 0) throw new Error('there is not exactly one conflict');
  return conflict;
};
const act = (id: string, action: string, body: Record<string, string> = {}) =>
  company.admin('post', `/conflicts/${encodeURIComponent(id)}/${action}`, body);

describe('a person of Lucca who could be either of two that an IdP brought first', () => {
  const MAIL = 'noemie.saintaubin@acme.example';
  let candidates: string[];

  beforeEach(async () => {
    const first = await company.scim('okta', 'post', '/Users', oktaUser('a@acme.example')).expect(201);
    const second = await company.scim('operator', 'post', '/Users', oktaUser('b@acme.example')).expect(201);
    candidates = [first.body.id, second.body.id];
    // Both get the address that Lucca knows her by, as a further work address.
    for (const [client, id] of [
      ['okta', candidates[0]],
      ['operator', candidates[1]],
    ] as const) {
      const emails = [{ value: MAIL, type: 'work' }];
      await company
        .scim(client, 'put', `/Users/${id}`, { ...oktaUser(`${client}@acme.example`), emails })
        .expect(200);
    }
    await company.bridge.sync();
  });

  it('waits in the queue, in ids only, until an admin says who it is', async () => {
    const conflicts = await ambiguous();
    expect(conflicts).toMatchObject([
      {
        kind: 'ambiguous-match',
        source: 'lucca',
        sourceId: '127',
        on: 'workEmail',
        people: [...candidates].sort(),
      },
    ]);
    expect(JSON.stringify(conflicts)).not.toContain('@');

    const [chosen = ''] = candidates;
    const { body } = await act(String(conflicts[0]?.id), 'link', { person: chosen }).expect(200);
    expect(body).toMatchObject({ state: 'linked', resolution: { by: 'operator', person: chosen } });

    await company.bridge.sync();
    const user = await company.user('127');
    expect(user).toMatchObject({ id: chosen, title: 'Développeuse' });
    expect(
      (await openConflicts()).filter(({ kind }: { kind: string }) => kind === 'ambiguous-match'),
    ).toEqual([]);
  });

  it('may be dismissed, and does not come back with the next reading', async () => {
    const conflict = await only();
    await act(conflict.id, 'dismiss').expect(200);
    await company.bridge.sync();
    expect(await ambiguous()).toEqual([]);
    const all = await company.admin('get', '/conflicts?state=dismissed').expect(200);
    expect(all.body.conflicts).toMatchObject([{ id: conflict.id, state: 'dismissed' }]);
  });

  it('is settled once only, and for those whom it concerns', async () => {
    const conflict = await only();
    const [chosen = ''] = candidates;
    const other = await company.user('101');
    const wrong = await act(conflict.id, 'link', { person: String(other.id) }).expect(400);
    expect(wrong.body.code).toBe('CONFLICT_OTHER_PERSON');
    await act(conflict.id, 'link', { person: chosen }).expect(200);
    expect((await act(conflict.id, 'dismiss').expect(409)).body.code).toBe('CONFLICT_CLOSED');
  });
});

describe('two people with one work e-mail', () => {
  it('are found by a synchronisation, and made one by an admin', async () => {
    await company.bridge.sync();
    const noemie = await company.user('127');
    const created = await company.scim('okta', 'post', '/Users', oktaUser('new@acme.example')).expect(201);
    const emails = [{ value: 'noemie.saintaubin@acme.example', type: 'work', primary: true }];
    await company
      .scim('okta', 'put', `/Users/${created.body.id}`, { ...oktaUser('new@acme.example'), emails })
      .expect(200);
    await company.bridge.sync();
    const conflict = (await openConflicts()).find(({ people }) => people.includes(created.body.id));
    expect(conflict).toMatchObject({ kind: 'same-email', source: null });

    await act(String(conflict?.id), 'link', { person: String(noemie.id) }).expect(200);
    expect(await company.user('127')).toMatchObject({ id: noemie.id, userName: 'new@acme.example' });
    const byOldId = await company.scim('travel-tool', 'get', `/Users/${created.body.id}`).expect(200);
    expect(byOldId.body.id).toBe(noemie.id);
  });
});

describe('a conflict that does not exist', () => {
  it.each(['link', 'dismiss'])('cannot be settled by %s', async (action) => {
    const body = action === 'link' ? { person: 'x' } : {};
    const answer = await act('nothing', action, body as Record<string, string>).expect(404);
    expect(answer.body.code).toBe('CONFLICT_UNKNOWN');
  });
});

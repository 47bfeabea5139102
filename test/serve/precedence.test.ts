import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { ENTERPRISE_USER, oktaUser, replacing, type ServedCompany, serveCompany } from './served-company.js';

const NOEMIE = '127';
const MAIL = 'noemie.saintaubin@acme.example';
const NEW_MAIL = 'noemie.martin@acme.example';

let company: ServedCompany;
beforeEach(async () => {
  company = await serveCompany();
  await company.bridge.sync();
});
afterEach(() => company.close());

/** Okta takes over the person and gives her another last name and address. */
async function renameByOkta(): Promise<JsonObject> {
  const created = await company.scim('okta', 'post', '/Users', oktaUser(MAIL)).expect(201);
  const changes = {
    userName: NEW_MAIL,
    'name.givenName': 'Noémie',
    'name.familyName': 'Martin',
    'emails[type eq "work"].value': NEW_MAIL,
    title: 'Wizard',
  };
  const patched = await company
    .scim('okta', 'patch', `/Users/${created.body.id}`, replacing(changes))
    .expect(200);
  return patched.body;
}

describe('an IdP that writes names and e-mail beside Lucca', () => {
  it('joins the person whom Lucca brought, and wins names and e-mail only', async () => {
    const before = await company.user(NOEMIE);
    const after = await renameByOkta();

    expect(after.id).toBe(before.id);
    expect(after).toMatchObject({
      userName: NEW_MAIL,
      name: { givenName: 'Noémie', familyName: 'Martin' },
      displayName: 'Noémie Martin',
      emails: [{ value: NEW_MAIL, type: 'work', primary: true }],
    });
    expect(after.title).toBe('Développeuse');
    expect(after[ENTERPRISE_USER]).toMatchObject({ employeeNumber: 'A-0127', department: 'Connecteur paie' });
  });

  it('is heard by readers at once and by targets with the next synchronisation', async () => {
    await renameByOkta();
    expect(await company.user(NOEMIE)).toMatchObject({ userName: NEW_MAIL, name: { familyName: 'Martin' } });

    await company.bridge.sync();
    const pushed = company.target.users().find((user) => user.externalId === NOEMIE);
    expect(pushed).toMatchObject({
      userName: NEW_MAIL,
      name: { familyName: 'Martin' },
      title: 'Développeuse',
    });
  });

  it('keeps winning when Lucca changes what it says, while Lucca goes on with the rest', async () => {
    await renameByOkta();
    company.lucca.edit.rename(Number(NOEMIE), { lastName: 'Autre' });
    company.lucca.edit.move(Number(NOEMIE), { jobTitle: 'Architecte' });
    company.lucca.clock.advance({ days: 1 });
    await company.bridge.sync();
    expect(await company.user(NOEMIE)).toMatchObject({
      name: { familyName: 'Martin' },
      title: 'Architecte',
    });
  });

  it('says the same after a restart', async () => {
    await renameByOkta();
    const before = await company.user(NOEMIE);
    await company.restart();
    expect(await company.user(NOEMIE)).toEqual(before);
  });

  it('may write while a synchronisation reads Lucca', async () => {
    const { body: created } = await company.scim('okta', 'post', '/Users', oktaUser(MAIL)).expect(201);
    const sync = company.bridge.sync();
    const renamed = company
      .scim('okta', 'patch', `/Users/${created.id}`, replacing({ 'name.familyName': 'Entre-temps' }))
      .expect(200);
    await Promise.all([sync, renamed]);
    expect(await company.user(NOEMIE)).toMatchObject({ name: { familyName: 'Entre-temps' } });
  });
});

describe('what Lucca knows of groups', () => {
  it('is served after a synchronisation, and still after a restart', async () => {
    const filter = encodeURIComponent('displayName eq "Data"');
    const first = await company.scim('optima', 'get', `/Groups?filter=${filter}`).expect(200);
    expect(first.body.Resources).toHaveLength(1);
    await company.restart();
    const second = await company.scim('optima', 'get', `/Groups?filter=${filter}`).expect(200);
    expect(second.body).toEqual(first.body);
  });
});

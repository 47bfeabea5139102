import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLIENTS, oktaUser, type ServedCompany, serveCompany, tokenOf } from './served-company.js';

const MAIL = 'noemie.saintaubin@acme.example';

let company: ServedCompany;
beforeEach(async () => {
  company = await serveCompany();
  await company.bridge.sync();
  const name = { givenName: 'Noémie', familyName: 'Martin' };
  await company.scim('okta', 'post', '/Users', oktaUser(MAIL, { name })).expect(201);
});
afterEach(() => company.close());

const familyName = async () =>
  (await company.bridge.explain('127')).values.find(({ path }) => path === 'name.familyName');

describe('an IdP that falls silent', () => {
  it('keeps its values, which are shown as stale after fourteen days, over a restart too', async () => {
    const heardAt = company.lucca.clock.iso();
    company.lucca.clock.advance({ days: 13 });
    expect(await familyName()).not.toHaveProperty('stale');
    company.lucca.clock.advance({ days: 2 });
    expect(await familyName()).toMatchObject({ value: 'Martin', source: 'idp:okta', stale: heardAt });
    await company.restart();
    expect(await familyName()).toMatchObject({ value: 'Martin', stale: heardAt });
  });

  it('is not stale any more once it asks for anything', async () => {
    company.lucca.clock.advance({ days: 15 });
    await company.scim('okta', 'get', '/Users?count=1').expect(200);
    expect(await familyName()).not.toHaveProperty('stale');
  });

  it('is stale at once when its client is taken out of the configuration, and back with it', async () => {
    const clients = company.config.server?.clients;
    company.config.server = { clients: CLIENTS.filter(({ name }) => name !== 'okta') };
    await company.restart();
    expect(await familyName()).toMatchObject({ value: 'Martin', stale: company.lucca.clock.iso() });
    company.config.server = { ...(clients && { clients }) };
    await company.restart();
    expect(await familyName()).not.toHaveProperty('stale');
  });

  it('is not revived by somebody who only knows its name', async () => {
    company.lucca.clock.advance({ days: 15 });
    await company
      .scim('okta', 'get', '/Users')
      .set('Authorization', `Bearer ${tokenOf('guess')}`)
      .expect(401);
    expect(await familyName()).toHaveProperty('stale');
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { USER } from '../../../src/scim/schema.js';
import type { Explanation } from '../../../src/steward/explain.js';
import { oktaUser, replacing, type ServedCompany, serveCompany } from '../../serve/served-company.js';

const NOEMIE = '127';
const MAIL = 'noemie.saintaubin@acme.example';

let company: ServedCompany;
let id: string;
beforeEach(async () => {
  company = await serveCompany();
  await company.bridge.sync();
  const name = { givenName: 'Noémie', familyName: 'Martin' };
  const { body } = await company
    .scim('okta', 'post', '/Users', oktaUser(MAIL, { name, title: 'Wizard' }))
    .expect(201);
  id = body.id;
});
afterEach(() => company.close());

const explain = async (reference: string): Promise<Explanation> => {
  const { body } = await company.admin('get', `/people/${encodeURIComponent(reference)}/explain`).expect(200);
  return body;
};
const valueAt = ({ values }: Explanation, path: string) => values.find((value) => value.path === path);

describe('explaining a person', () => {
  it('shows for each value the winner, the rule, since when, and who says something else', async () => {
    const explanation = await explain(id);
    expect(explanation).toMatchObject({ id, luccaId: NOEMIE, idpOnly: false });
    expect(valueAt(explanation, 'name.familyName')).toEqual({
      path: 'name.familyName',
      value: 'Martin',
      source: 'idp:okta',
      rule: 'name: idp:*, target:*, lucca',
      since: company.lucca.clock.iso(),
      losing: [{ source: 'lucca', value: "Saint-Aubin de L'Étang", since: company.lucca.clock.iso() }],
    });
    expect(valueAt(explanation, 'title')).toMatchObject({
      value: 'Développeuse',
      source: 'lucca',
      rule: '*: lucca, idp:*',
      losing: [{ source: 'idp:okta', value: 'Wizard' }],
    });
    expect(explanation.disagreements).toContain('title');
    expect(explanation.sources.map(({ source }) => source)).toEqual(['lucca', 'idp:okta']);
    expect(explanation.targets).toMatchObject([{ target: 'travel', state: 'linked' }]);
  });

  it('takes a bridge id, a Lucca id or a userName', async () => {
    for (const reference of [id, NOEMIE, MAIL, MAIL.toUpperCase()])
      expect((await explain(reference)).id).toBe(id);
  });

  it.each(['nobody', '__proto__', 'constructor', '%00', 'a'.repeat(900)])(
    'says 404 for %s',
    async (reference) => {
      const { body } = await company
        .admin('get', `/people/${encodeURIComponent(reference)}/explain`)
        .expect(404);
      expect(body).toMatchObject({ code: 'PERSON_UNKNOWN', remedy: expect.any(String) });
    },
  );

  it('is the same through the bridge', async () => {
    expect(await company.bridge.explain(NOEMIE)).toEqual(await explain(id));
  });
});

describe('searching people', () => {
  it.each([
    ['luccaId', NOEMIE],
    ['userName', MAIL],
  ])('finds by %s, in ids and states only', async (key, value) => {
    const { body } = await company.admin('get', `/people?${key}=${encodeURIComponent(value)}`).expect(200);
    expect(body.people).toMatchObject([{ id, luccaId: NOEMIE }]);
    expect(JSON.stringify(body)).not.toContain('Martin');
  });

  it('finds nobody without an error', async () => {
    const { body } = await company.admin('get', '/people?luccaId=999999').expect(200);
    expect(body).toEqual({ people: [] });
  });

  it.each(['', '?name=x', `?id=1&luccaId=2`, '?id=1&id=2'])('refuses %j', async (query) => {
    const { body } = await company.admin('get', `/people${query}`).expect(400);
    expect(body.code).toBe('REQUEST_INVALID');
  });
});

describe('a value set by hand', () => {
  const inDays = (days: number) => new Date(company.lucca.clock.now() + days * 86_400_000).toISOString();

  it('beats every source with author and expiry, and gives way when it has expired', async () => {
    const expiresAt = inDays(10);
    const { body } = await company
      .admin('post', `/people/${id}/override`, {
        attributes: { title: 'Interim lead', name: { familyName: 'Durand' } },
        author: 'jane@it',
        expiresAt,
      })
      .expect(200);
    expect(valueAt(body, 'title')).toMatchObject({
      value: 'Interim lead',
      source: 'manual',
      override: { author: 'jane@it', expiresAt },
    });
    expect(await company.user(NOEMIE)).toMatchObject({
      title: 'Interim lead',
      name: { familyName: 'Durand' },
    });

    company.lucca.clock.advance({ days: 11 });
    expect(await company.user(NOEMIE)).toMatchObject({
      title: 'Développeuse',
      name: { familyName: 'Martin' },
    });
    expect(valueAt(await explain(id), 'title')).toMatchObject({ source: 'lucca' });
  });

  it('is signed by the client that sent it when no author is named', async () => {
    const { body } = await company
      .admin('post', `/people/${id}/override`, { attributes: { title: 'Lead' } })
      .expect(200);
    expect(valueAt(body, 'title')).toMatchObject({ override: { author: 'operator', expiresAt: null } });
  });

  it.each([
    ['no value at all', { attributes: {} }, 'OVERRIDE_EMPTY'],
    ['a blank value', { attributes: { title: '' } }, 'OVERRIDE_EMPTY'],
    ['an attribute that does not exist', { attributes: { nickname2: 'x' } }, undefined],
    ['a value of the wrong type', { attributes: { active: { yes: true } } }, undefined],
    [
      'an instant in the past',
      { attributes: { title: 'x' }, expiresAt: '2020-01-01T00:00:00Z' },
      'OVERRIDE_EXPIRED',
    ],
    ['an instant that is none', { attributes: { title: 'x' }, expiresAt: 'tomorrow' }, 'REQUEST_INVALID'],
    ['a setting that does not exist', { attributes: { title: 'x' }, until: 'ever' }, 'REQUEST_INVALID'],
    ['no attributes', {}, 'REQUEST_INVALID'],
    ['prototype keys', { attributes: JSON.parse('{"__proto__": {"title": "x"}}') }, undefined],
  ])('is refused with 400 for %s', async (_, body, code) => {
    const answer = await company.admin('post', `/people/${id}/override`, body).expect(400);
    expect(answer.body).toMatchObject({ code: code ?? expect.any(String), remedy: expect.any(String) });
    expect((await explain(id)).sources.map(({ source }) => source)).not.toContain('manual');
  });
});

describe('handing back to Lucca', () => {
  it('gives one attribute back and leaves the others', async () => {
    await company
      .admin('post', `/people/${id}/hand-back`, { source: 'idp:okta', attributes: ['name.familyName'] })
      .expect(200);
    const user = await company.user(NOEMIE);
    expect(user.name).toMatchObject({ familyName: "Saint-Aubin de L'Étang" });
    expect(valueAt(await explain(id), 'name.givenName')).toMatchObject({ source: 'idp:okta' });
  });

  it('gives everything back when nothing is named', async () => {
    await company.admin('post', `/people/${id}/override`, { attributes: { title: 'Lead' } }).expect(200);
    const { body } = await company.admin('post', `/people/${id}/hand-back`, {}).expect(200);
    const winners = new Set(body.values.map(({ source }: { source: string }) => source));
    expect(winners).toEqual(new Set(['lucca']));
  });

  it('gives back what one source says of everybody', async () => {
    const other = oktaUser('ada.martin@acme.example', { name: { givenName: 'A', familyName: 'M' } });
    await company.scim('okta', 'post', '/Users', other).expect(201);
    const { body } = await company.admin('post', '/sources/idp:okta/hand-back', {}).expect(200);
    expect(body).toEqual({ people: 2 });
  });

  it('is refused for what Lucca says itself', async () => {
    const { body } = await company.admin('post', `/people/${id}/hand-back`, { source: 'lucca' }).expect(400);
    expect(body.code).toBe('SOURCE_IS_LUCCA');
  });
});

describe('a wrong link', () => {
  it('is taken apart: the source falls silent about the person', async () => {
    const { body } = await company.admin('post', `/people/${id}/unlink`, { source: 'idp:okta' }).expect(200);
    expect(body.sources.map(({ source }: { source: string }) => source)).toEqual(['lucca']);
    expect(await company.user(NOEMIE)).toMatchObject({ name: { familyName: "Saint-Aubin de L'Étang" } });
  });

  it.each([
    ['that names its users', { externalId: `00u-${MAIL}` }],
    ['that gives its users no name of its own', {}],
  ])('stays apart whatever an IdP %s writes to it, until an admin links the two', async (_, named) => {
    const said = { schemas: [USER], userName: MAIL, displayName: 'Somebody Else' };
    await company.scim('okta', 'put', `/Users/${id}`, { ...said, ...named }).expect(200);
    await company.admin('post', `/people/${id}/unlink`, { source: 'idp:okta' }).expect(200);
    const path = `/Users/${id}`;
    await company.scim('okta', 'put', path, { ...said, ...named }).expect(404);
    await company.scim('okta', 'patch', path, replacing({ displayName: 'Somebody Else' })).expect(404);
    await company.scim('okta', 'delete', path).expect(404);
    await company.scim('okta', 'get', path).expect(404);
    const filter = encodeURIComponent(`userName eq "${MAIL}"`);
    const { body } = await company.scim('okta', 'get', `/Users?filter=${filter}`).expect(200);
    expect(body.totalResults).toBe(0);
    // The name is still that of the person of Lucca.
    await company.scim('okta', 'post', '/Users', { ...said, ...named }).expect(409);
    await company.scim('travel-tool', 'get', path).expect(200);
    expect((await explain(id)).sources.map(({ source }) => source)).toEqual(['lucca']);
  });

  it.each([
    ['lucca', 409, 'PERSON_BORN_IN_LUCCA'],
    ['idp:entra', 400, 'SOURCE_SILENT'],
  ])('with %s answers %i %s', async (source, status, code) => {
    const { body } = await company.admin('post', `/people/${id}/unlink`, { source }).expect(status);
    expect(body.code).toBe(code);
  });
});

describe('where the sources disagree', () => {
  it('lists every value with what each says, page by page', async () => {
    const other = oktaUser('ada.martin@acme.example', { name: { givenName: 'A', familyName: 'M' } });
    await company.scim('okta', 'post', '/Users', other).expect(201);
    const first = await company.admin('get', '/disagreements?limit=1').expect(200);
    const rest = await company.admin('get', `/disagreements?limit=1&after=${first.body.next}`).expect(200);
    const people = [first, rest].map(({ body }) => [
      ...new Set(body.disagreements.map((each: { person: string }) => each.person)),
    ]);
    expect(people.map((page) => page.length)).toEqual([1, 1]);
    expect(people.flat()).toContain(id);
    expect(rest.body.next).toBeNull();
  });
});

describe('a request that makes no sense', () => {
  it.each([
    ['get', '/nowhere', 404],
    ['delete', '/people', 404],
    ['get', '/people/%E0%A4%A/explain', 400],
  ] as const)('%s %s is answered %i', async (method, path, status) => {
    const { body } = await company.admin(method, path).expect(status);
    expect(body).toEqual({
      code: expect.any(String),
      message: expect.any(String),
      remedy: expect.any(String),
    });
  });

  it('with a body that is no JSON, or too large, is answered 4xx', async () => {
    const post = (text: string) =>
      company.admin('post', `/people/${id}/override`).set('Content-Type', 'application/json').send(text);
    await post('{"attributes": ').expect(400);
    await post(JSON.stringify({ attributes: { title: 'x'.repeat(100_000) } })).expect(413);
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oktaUser, type ServedCompany, serveCompany } from './served-company.js';

const ISSUER = 'https://login.example';
const AUDIENCE = 'travel-portal';
const MAIL = 'noemie.saintaubin@acme.example';
const CLAIMS = { sub: 'g-1', email: MAIL, email_verified: true, given_name: 'Noémie', family_name: 'Martin' };

let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
let keyServer: Server;
let company: ServedCompany;

beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' };
  keyServer = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => keyServer.close(resolve)));

const start = (createPeople = false) => {
  const jwksUrl = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/keys`;
  const oidc = { issuer: ISSUER, audience: AUDIENCE, jwksUrl, source: 'idp:login', createPeople };
  return serveCompany({ server: { oidc } });
};

beforeEach(async () => {
  company = await start();
  await company.bridge.sync();
});
afterEach(() => company.close());

function sign(claims: JWTPayload, key: CryptoKey = keys.privateKey): Promise<string> {
  const now = Math.floor(company.lucca.clock.now() / 1000);
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .sign(key);
}

const post = (token: unknown) => request(company.app).post('/sso/id-token').send({ id_token: token });

describe('an ID token of somebody who has just signed in', () => {
  it('gives names and e-mail to the person, with its reason', async () => {
    const { body } = await post(await sign(CLAIMS)).expect(200);
    expect(body).toEqual({ outcome: 'kept' });
    expect(await company.user('127')).toMatchObject({
      name: { givenName: 'Noémie', familyName: 'Martin' },
      displayName: 'Noémie Martin',
      title: 'Développeuse',
    });
    const { values } = await company.bridge.explain('127');
    expect(values.find(({ path }) => path === 'name.familyName')).toMatchObject({ source: 'idp:login' });
  });

  it('is recognised by its subject when the address changes', async () => {
    await post(await sign(CLAIMS)).expect(200);
    await post(await sign({ ...CLAIMS, email: 'n.martin@acme.example' })).expect(200);
    expect(await company.user('127')).toMatchObject({ emails: [{ value: 'n.martin@acme.example' }] });
  });

  it('keeps what an earlier one said and this one does not', async () => {
    await post(await sign(CLAIMS)).expect(200);
    await post(await sign({ ...CLAIMS, family_name: undefined })).expect(200);
    expect(await company.user('127')).toMatchObject({ name: { familyName: 'Martin' } });
  });

  it('never takes back what a later one said, be it older or the same over again', async () => {
    const first = await sign({ ...CLAIMS, family_name: 'Martin' });
    await post(first).expect(200, { outcome: 'kept' });
    await post(first).expect(200, { outcome: 'kept' });
    company.lucca.clock.advance({ minutes: 2 });
    const late = await sign({ ...CLAIMS, family_name: 'Late' });
    company.lucca.clock.advance({ minutes: 1 });
    await post(await sign({ ...CLAIMS, family_name: 'Durand' })).expect(200);
    for (const token of [first, late]) await post(token).expect(409, { outcome: 'outdated' });
    expect(await company.user('127')).toMatchObject({ name: { familyName: 'Durand' } });
    // Said once more, later: what was issued in between is older than that too.
    company.lucca.clock.advance({ minutes: 1 });
    const between = await sign({ ...CLAIMS, family_name: 'Between' });
    company.lucca.clock.advance({ minutes: 1 });
    await post(await sign({ ...CLAIMS, family_name: 'Durand' })).expect(200);
    const before = await company.user('127');
    await post(between).expect(409, { outcome: 'outdated' });
    expect(await company.user('127')).toEqual(before);
  });

  it('does not undo what an admin handed back, until the person signs in again', async () => {
    const token = await sign(CLAIMS);
    await post(token).expect(200);
    company.lucca.clock.advance({ minutes: 1 });
    await company.admin('post', '/people/127/hand-back', { source: 'idp:login' }).expect(200);
    await post(token).expect(409, { outcome: 'outdated' });
    company.lucca.clock.advance({ minutes: 1 });
    await post(await sign(CLAIMS)).expect(200);
    expect(await company.user('127')).toMatchObject({ name: { familyName: 'Martin' } });
  });

  it('counts when it comes after another of the same second, but only once', async () => {
    const first = await sign({ ...CLAIMS, family_name: 'Martin' });
    await post(first).expect(200);
    await post(await sign({ ...CLAIMS, family_name: 'Durand' })).expect(200);
    await post(first).expect(409, { outcome: 'outdated' });
    expect(await company.user('127')).toMatchObject({ name: { familyName: 'Durand' } });
  });

  it('of somebody unknown is answered 404, and nobody is created', async () => {
    await post(await sign({ ...CLAIMS, sub: 'g-2', email: 'guest@elsewhere.example' })).expect(404, {
      outcome: 'unknown',
    });
    await company.admin('get', '/people?userName=guest@elsewhere.example').expect(200, { people: [] });
  });

  it('of a second account for the same person waits for an admin', async () => {
    await post(await sign(CLAIMS)).expect(200);
    await post(await sign({ ...CLAIMS, sub: 'g-9', family_name: 'Impostor' })).expect(202, {
      outcome: 'undecided',
    });
    expect(await company.user('127')).toMatchObject({ name: { familyName: 'Martin' } });
    const { body } = await company.admin('get', '/conflicts').expect(200);
    expect(body.conflicts).toContainEqual(
      expect.objectContaining({
        source: 'idp:login',
        sourceId: 'g-9',
        people: [(await company.user('127')).id],
      }),
    );
  });

  it.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['for another audience', { aud: 'mail' }],
    ['that has expired', { exp: 1_000_000 }],
    ['without a subject', { sub: undefined }],
    ['without an expiry', { exp: undefined }],
  ])('%s is refused with 401', async (_, claims) => {
    const { body } = await post(await sign({ ...CLAIMS, ...claims })).expect(401);
    expect(body.code).toEqual(expect.any(String));
  });

  it('that is forged, or none, is refused', async () => {
    const other = await generateKeyPair('ES256');
    await post(await sign(CLAIMS, other.privateKey)).expect(401);
    await post('a.b.c').expect(401);
    await post('').expect(400);
    await post({ $ne: '' }).expect(400);
    await request(company.app).post('/sso/id-token').expect(400);
  });

  it.each<[string, JWTPayload]>([
    ['not verified', { email_verified: false }],
    ['not said to be verified', { email_verified: undefined }],
    ['missing', { email: undefined }],
    ['blank', { email: ' ' }],
  ])('whose e-mail is %s teaches nothing', async (_, claims) => {
    const { body } = await post(await sign({ ...CLAIMS, ...claims })).expect(400);
    expect(body).toMatchObject({ code: 'EMAIL_UNVERIFIED', message: expect.not.stringContaining('@') });
    expect(await company.user('127')).toMatchObject({ name: { familyName: "Saint-Aubin de L'Étang" } });
  });
});

describe('with createPeople', () => {
  it('somebody unknown is kept, and joined when Lucca brings them', async () => {
    await company.close();
    company = await start(true);
    await post(await sign(CLAIMS)).expect(201, { outcome: 'created' });
    await company.bridge.sync();
    expect(await company.user('127')).toMatchObject({
      name: { familyName: 'Martin' },
      title: 'Développeuse',
    });
  });
});

describe('bridge.assert, for programs that embed the bridge', () => {
  it('keeps what their own sign-in learnt', async () => {
    const { id } = await company.user('127');
    expect(await company.bridge.assert('idp:portal', CLAIMS)).toEqual({ outcome: 'kept', person: id });
    expect(await company.user('127')).toMatchObject({ name: { familyName: 'Martin' } });
  });

  it('leaves alone what the same IdP wrote over SCIM', async () => {
    const user = oktaUser(MAIL, { nickName: 'Nono' });
    const { body } = await company.scim('okta', 'post', '/Users', user).expect(201);
    await company.bridge.assert('idp:okta', { ...CLAIMS, sub: String(user.externalId) });
    const { body: after } = await company.scim('okta', 'get', `/Users/${body.id}`).expect(200);
    expect(after).toMatchObject({ nickName: 'Nono', name: { familyName: 'Martin' }, userName: MAIL });
  });

  it.each([
    ['a source that is no IdP', 'lucca', CLAIMS, 'SOURCE_INVALID'],
    ['claims without a subject', 'idp:portal', { ...CLAIMS, sub: '' }, 'CLAIMS_INVALID'],
    [
      'an e-mail that nobody verified',
      'idp:portal',
      { ...CLAIMS, email_verified: false },
      'EMAIL_UNVERIFIED',
    ],
  ])('refuses %s', async (_, source, claims, code) => {
    await expect(company.bridge.assert(source, claims)).rejects.toMatchObject({ code });
  });
});

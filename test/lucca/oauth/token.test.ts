import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LuccaError } from '../../../src/lucca/errors.js';
import { type OAuthOptions, TokenCredentials } from '../../../src/lucca/oauth/token.js';
import { type Session, withSession } from '../../../src/lucca/session.js';
import { createTransport } from '../../../src/lucca/transport.js';
import { FakeClock } from '../support/fake-clock.js';
import { rejectionOf } from '../support/thrown.js';

const SECRET = 'open-sesame';
const NEEDED = ['employees.readonly', 'departments.readonly', 'job-positions.readonly'];

/** An authorisation server and a tenant in one: grants what `scopes` holds, and knows the tokens it gave. */
class TokenServer {
  scopes = new Set(NEEDED);
  lifetime: unknown = 1800;
  readonly forms: Record<string, string>[] = [];
  readonly bearers: string[] = [];
  revoked = new Set<string>();
  /** Answers the next token requests in another way. */
  readonly instead: ((response: ServerResponse) => void)[] = [];
  #server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== '/connect/token') {
      const bearer = String(request.headers.authorization).replace('Bearer ', '');
      this.bearers.push(`${bearer} ${request.headers['api-version']}`);
      response.writeHead(this.revoked.has(bearer) ? 401 : 200).end('{}');
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = Object.fromEntries(new URLSearchParams(body));
    this.forms.push(form);
    const instead = this.instead.shift();
    if (instead !== undefined) return instead(response);
    if (form.client_secret !== SECRET) return refuse(response, 'invalid_client');
    if (form.scope?.split(' ').some((scope) => !this.scopes.has(scope)))
      return refuse(response, 'invalid_scope');
    const access_token = `t${this.forms.length}`;
    response.end(JSON.stringify({ access_token, token_type: 'Bearer', expires_in: this.lifetime }));
  }
}

function refuse(response: ServerResponse, error: string): void {
  response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

let lucca: TokenServer;
let origin: string;
const clock = () => new FakeClock();
beforeEach(async () => {
  lucca = new TokenServer();
  origin = await lucca.start();
});
afterEach(() => lucca.stop());

function withToken<T>(
  options: Partial<OAuthOptions>,
  work: (token: TokenCredentials, session: Session) => Promise<T>,
): Promise<T> {
  return withSession({ tenant: origin, clock: clock(), random: () => 0.5 }, (session) => {
    const oauth = {
      clientId: 'bridge',
      clientSecret: SECRET,
      tokenUrl: `${origin}/connect/token`,
      ...options,
    };
    return work(new TokenCredentials(session, oauth, NEEDED), session);
  });
}

async function faultOf(promise: Promise<unknown>): Promise<LuccaError> {
  const error = await rejectionOf(promise);
  if (!(error instanceof LuccaError)) throw error;
  expect(`${error.message} ${error.remedy} ${error.detail}`).not.toContain(SECRET);
  return error;
}

describe('an access token', () => {
  it('is asked for with the client credentials in a form, and sent with the API version', async () => {
    const headers = await withToken({}, (token) => token.headers());
    expect(lucca.forms).toEqual([
      {
        grant_type: 'client_credentials',
        client_id: 'bridge',
        client_secret: SECRET,
        scope: NEEDED.join(' '),
      },
    ]);
    expect(headers).toEqual({ authorization: 'Bearer t1', 'api-version': '2024-11-01' });
  });

  it('asks for the configured scopes and version instead', async () => {
    lucca.scopes = new Set(['employees.readonly']);
    const headers = await withToken({ scope: ' employees.readonly ', apiVersion: '2025-01-01' }, (token) =>
      token.headers(),
    );
    expect(lucca.forms[0]?.scope).toBe('employees.readonly');
    expect(headers['api-version']).toBe('2025-01-01');
  });

  it.each([
    [1800, 1199, 1],
    [1800, 1201, 2],
    ['600', 401, 2],
    [undefined, 799, 1],
    [undefined, 801, 2],
  ])('that lives %s seconds is, after %s seconds, token number %s', async (lifetime, seconds, tokens) => {
    lucca.lifetime = lifetime;
    await withToken({}, async (token, session) => {
      await token.headers();
      await session.clock.sleep(seconds * 1000);
      await token.headers();
    });
    expect(lucca.forms).toHaveLength(tokens);
  });

  it('that Lucca does not take any more is replaced once', async () => {
    lucca.revoked.add('t1');
    await withToken({}, (token, session) => createTransport(session, token).get('/lucca-api/employees'));
    expect(lucca.bearers).toEqual(['t1 2024-11-01', 't2 2024-11-01']);
  });

  it('that Lucca never takes ends in a clear error', async () => {
    for (const token of ['t1', 't2', 't3']) lucca.revoked.add(token);
    const reading = withToken({}, (token, session) =>
      createTransport(session, token).get('/lucca-api/employees'),
    );
    expect(await faultOf(reading)).toMatchObject({ code: 'LUCCA_TOKEN_REFUSED', exitCode: 2 });
    expect(lucca.bearers).toHaveLength(2);
  });
});

describe('scopes that the client does not have', () => {
  it('are found out and gone without', async () => {
    lucca.scopes.delete('departments.readonly');
    await withToken({}, async (token) => {
      await token.headers();
      expect(token.missingScopes).toEqual(['departments.readonly']);
    });
    expect(lucca.forms.at(-1)?.scope).toBe('employees.readonly job-positions.readonly');
  });

  it('are an error when people are among them', async () => {
    lucca.scopes.delete('employees.readonly');
    const fault = await faultOf(withToken({}, (token) => token.headers()));
    expect(fault).toMatchObject({ code: 'LUCCA_SCOPE_REFUSED', exitCode: 2 });
    expect(fault.message).toContain('employees.readonly');
  });

  it('are an error when the configuration asked for them', async () => {
    const fault = await faultOf(
      withToken({ scope: 'leaves.readonly employees.readonly' }, (token) => token.headers()),
    );
    expect(fault).toMatchObject({ code: 'LUCCA_SCOPE_REFUSED', exitCode: 2 });
    expect(lucca.forms).toHaveLength(1);
  });
});

describe('a token endpoint that gives no token', () => {
  it('because the secret is wrong', async () => {
    const fault = await faultOf(withToken({ clientSecret: 'wrong' }, (token) => token.headers()));
    expect(fault).toMatchObject({ code: 'LUCCA_CLIENT_REFUSED', exitCode: 2 });
    expect(fault.remedy).toContain('clientSecret');
  });

  it.each([
    [
      'it is another page',
      (response: ServerResponse) => response.end('<html></html>'),
      'LUCCA_TOKEN_ENDPOINT_WRONG',
    ],
    [
      'it does not exist',
      (response: ServerResponse) => response.writeHead(404).end(),
      'LUCCA_TOKEN_ENDPOINT_WRONG',
    ],
    [
      'it redirects',
      (response: ServerResponse) => response.writeHead(302, { location: '/login' }).end(),
      'LUCCA_TOKEN_ENDPOINT_WRONG',
    ],
    [
      'its token would break a header',
      (response: ServerResponse) => response.end('{"access_token":"a\\r\\nb"}'),
      'LUCCA_TOKEN_ENDPOINT_WRONG',
    ],
    [
      'the client is refused with 401',
      (response: ServerResponse) => response.writeHead(401).end(),
      'LUCCA_CLIENT_REFUSED',
    ],
  ])('because %s', async (_, answer, code) => {
    lucca.instead.push((response) => void answer(response));
    expect(await faultOf(withToken({}, (token) => token.headers()))).toMatchObject({ code, exitCode: 2 });
  });

  it('for a moment is asked again', async () => {
    lucca.instead.push(
      (response) => response.writeHead(503).end(),
      (response) => response.writeHead(429, { 'retry-after': '3' }).end(),
    );
    expect(await withToken({}, (token) => token.headers())).toMatchObject({ authorization: 'Bearer t3' });
  });
});

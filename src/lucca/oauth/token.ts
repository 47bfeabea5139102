/** OAuth client credentials: access tokens of 30 minutes from Lucca's global endpoint (reference page, section 1.3). */
import { z } from 'zod';
import { parseTokenUrl, TOKEN_URL } from '../address.js';
import { detailOf, parseRetryAfter } from '../error-details.js';
import { LuccaError } from '../errors.js';
import { exchange, type HttpAnswer } from '../exchange.js';
import { persist } from '../retry.js';
import type { Session } from '../session.js';
import type { Credentials } from '../transport.js';
import { ESSENTIAL_SCOPE } from './scopes.js';

export interface OAuthOptions {
  clientId: string;
  clientSecret: string;
  /** Lucca's own endpoint when left out. */
  tokenUrl?: string | undefined;
  /** Space-separated; the scopes that the reading needs when left out. */
  scope?: string | undefined;
  /** Version of the current API, a date. */
  apiVersion?: string | undefined;
}

export const API_VERSION = '2024-11-01';

/** Lucca says 1800 seconds; when it says nothing, this is safe. */
const UNTOLD_LIFETIME = 1200;
/** A token is renewed after this share of its lifetime. */
const SAFE_SHARE = 2 / 3;
const PAUSE = 10_000;

const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().catch(UNTOLD_LIFETIME),
});

/** Credentials that fetch a token when the first request needs one, and again before it expires. */
export class TokenCredentials implements Credentials {
  readonly way = 'oauth';
  /** Scopes that the client was found not to have; known after the first token. */
  missingScopes: readonly string[] = [];
  readonly #session: Session;
  readonly #options: OAuthOptions;
  readonly #tokenUrl: string;
  #scopes: readonly string[];
  #token: { text: string; renewAt: number } | null = null;

  /** @param needed the scopes to ask for when the configuration names none; those refused are gone without */
  constructor(session: Session, options: OAuthOptions, needed: readonly string[]) {
    this.#session = session;
    this.#options = options;
    this.#tokenUrl = parseTokenUrl(options.tokenUrl ?? TOKEN_URL);
    this.#scopes = options.scope?.split(/\s+/).filter((scope) => scope !== '') ?? needed;
  }

  async headers(): Promise<Record<string, string>> {
    if (this.#token === null || this.#session.clock.now() >= this.#token.renewAt)
      this.#token = await this.#fetch();
    return {
      authorization: `Bearer ${this.#token.text}`,
      'api-version': this.#options.apiVersion ?? API_VERSION,
    };
  }

  renew(): boolean {
    const had = this.#token !== null;
    this.#token = null;
    return had;
  }

  /** True when the token endpoint grants this scope. @throws LuccaError when it refuses the client itself */
  async grants(scope: string): Promise<boolean> {
    try {
      await this.#ask([scope]);
      return true;
    } catch (error) {
      if (error instanceof LuccaError && error.fault === 'right') return false;
      throw error;
    }
  }

  async #fetch(): Promise<{ text: string; renewAt: number }> {
    try {
      return await this.#ask(this.#scopes);
    } catch (error) {
      const scopeRefused = error instanceof LuccaError && error.fault === 'right';
      if (!scopeRefused || this.#options.scope !== undefined || this.#scopes.length < 2) throw error;
      return await this.#fetchNarrowed(error);
    }
  }

  /** Finds out which scopes the client lacks and goes on with the others. */
  async #fetchNarrowed(refusal: LuccaError): Promise<{ text: string; renewAt: number }> {
    const granted: string[] = [];
    for (const scope of this.#scopes) if (await this.grants(scope)) granted.push(scope);
    this.missingScopes = this.#scopes.filter((scope) => !granted.includes(scope));
    if (!granted.includes(ESSENTIAL_SCOPE)) throw refusal;
    this.#scopes = granted;
    return await this.#ask(granted);
  }

  #ask(scopes: readonly string[]): Promise<{ text: string; renewAt: number }> {
    const { clock, signal } = this.#session;
    return persist(this.#session, () => this.#request(scopes), {
      onThrottled: (ms) => clock.sleep(ms ?? PAUSE, signal),
    });
  }

  async #request(scopes: readonly string[]): Promise<{ text: string; renewAt: number }> {
    const { clock, dispatcher, limits, signal } = this.#session;
    const url = new URL(this.#tokenUrl);
    const asked = clock.now();
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.#options.clientId,
      client_secret: this.#options.clientSecret,
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    });
    const answer = await exchange(
      dispatcher,
      {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
      },
      limits,
      signal,
    );
    if (answer.status !== 200) throw refusedToken(answer, url, scopes, asked);
    const parsed = tokenAnswer.safeParse(parseJson(answer.body));
    if (!parsed.success) {
      throw new LuccaError(
        'LUCCA_TOKEN_ENDPOINT_WRONG',
        `${url.origin}${url.pathname} answered without an access token.`,
        {
          fault: 'not-data',
          remedy: 'Check lucca.oauth.tokenUrl; leave it out to use the endpoint of Lucca.',
          exitCode: 2,
        },
      );
    }
    const { access_token, expires_in } = parsed.data;
    return { text: access_token, renewAt: asked + expires_in * 1000 * SAFE_SHARE };
  }
}

function refusedToken(answer: HttpAnswer, url: URL, scopes: readonly string[], now: number): LuccaError {
  const { status } = answer;
  const detail = detailOf(answer.body);
  const place = `${url.origin}${url.pathname}`;
  const make = (code: string, message: string, fault: LuccaError['fault'], remedy: string) =>
    new LuccaError(code, message, {
      fault,
      remedy,
      status,
      detail,
      exitCode: fault === 'throttled' || fault === 'server' ? 1 : 2,
      retryAfter: parseRetryAfter(answer.headers, now),
    });
  if (status === 429) {
    return make('LUCCA_QUOTA_EXHAUSTED', `${place} answers 429.`, 'throttled', 'Try again later.');
  }
  if (status >= 500)
    return make('LUCCA_SERVER_ERROR', `${place} failed (${status}).`, 'server', 'Try again later.');
  if (/invalid_scope/i.test(answer.body)) {
    return make(
      'LUCCA_SCOPE_REFUSED',
      `Lucca does not grant the OAuth client these scopes: ${scopes.join(' ')}.`,
      'right',
      'Tick the scopes at /identity/admin/integration-keys of your Lucca, or list those that the client has in lucca.oauth.scope.',
    );
  }
  if (status === 401 || /invalid_client|unauthorized_client/i.test(answer.body)) {
    return make(
      'LUCCA_CLIENT_REFUSED',
      `Lucca refused the OAuth client (${status}).`,
      'credentials',
      'Check clientId and clientSecret against /identity/admin/integration-keys of your Lucca; the secret is shown once, at creation.',
    );
  }
  return make(
    'LUCCA_TOKEN_ENDPOINT_WRONG',
    `${place} answered ${status} instead of a token. ${detail}`.trim(),
    'not-data',
    'Check lucca.oauth.tokenUrl; leave it out to use the endpoint of Lucca.',
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The token endpoint: `POST /connect/token`, client credentials in a form body, tokens of 30 minutes. */
import { randomBytes } from 'node:crypto';
import { type Request, type Response, Router, urlencoded } from 'express';
import { sendJson, strikeFaults } from '../http.js';
import { covers } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { KNOWN_SCOPES } from './scopes.js';

export const TOKEN_PATH = '/connect/token';
const LIFETIME_SECONDS = 1800;

interface Token {
  readonly expiresAt: number;
  readonly scopes: ReadonlySet<string>;
}

/** The tokens in circulation, by value. */
export class TokenOffice {
  readonly #sim: Simulation;
  readonly #tokens = new Map<string, Token>();

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  issue(scopes: readonly string[]): string {
    const value = randomBytes(24).toString('base64url');
    this.#tokens.set(value, {
      expiresAt: this.#sim.clock.now() + LIFETIME_SECONDS * 1000,
      scopes: new Set(scopes),
    });
    return value;
  }

  /** The scopes of a token that is known and not expired. */
  scopesOf(value: string): ReadonlySet<string> | undefined {
    const token = this.#tokens.get(value);
    return token !== undefined && token.expiresAt > this.#sim.clock.now() ? token.scopes : undefined;
  }

  /** Makes every token worthless at once, as a rotated secret does. */
  revokeAll(): void {
    this.#tokens.clear();
  }
}

export function tokenRouter(sim: Simulation, office: TokenOffice): Router {
  const router = Router();
  router.use(
    TOKEN_PATH,
    strikeFaults(sim, { pageOf: () => 1, writeError: (res, status) => refuse(res, status, 'server_error') }),
  );
  router.post(TOKEN_PATH, urlencoded({ extended: false }), (req, res) => {
    const form = readForm(req);
    if (form === undefined) return refuse(res, 400, 'invalid_request');
    if (form.get('grant_type') !== 'client_credentials') return refuse(res, 400, 'unsupported_grant_type');
    const { clientId, clientSecret } = sim.credentials;
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
      return refuse(res, 400, 'invalid_client');
    }
    const granted = [...KNOWN_SCOPES].filter((scope) => covers(sim.rights.oauth.scopes, scope));
    const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
    if (asked.some((scope) => !granted.includes(scope))) return refuse(res, 400, 'invalid_scope');
    const scopes = asked.length > 0 ? asked : granted;
    sendJson(res.set('Cache-Control', 'no-store'), {
      access_token: office.issue(scopes),
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      scope: scopes.join(' '),
    });
  });
  router.all(TOKEN_PATH, (_req, res) => refuse(res, 405, 'invalid_request'));
  return router;
}

function readForm(req: Request): Map<string, string> | undefined {
  if (!req.is('application/x-www-form-urlencoded')) return undefined;
  const pairs = Object.entries((req.body ?? {}) as Record<string, unknown>);
  return new Map(pairs.map(([name, value]) => [name, String(value)]));
}

function refuse(res: Response, status: number, error: string): void {
  sendJson(res.status(status), { error });
}

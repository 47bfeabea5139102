/** Opens the ways in that the credentials allow: API key, OAuth client, or both. */
import { BridgeError } from '../errors.js';
import { apiKeyCredentials } from './api-key/key.js';
import { scopesFor } from './oauth/scopes.js';
import { type OAuthOptions, TokenCredentials } from './oauth/token.js';
import type { Wanted } from './reading.js';
import { type Session, type SessionOptions, withSession } from './session.js';
import { createTransport, type Transport } from './transport.js';

export interface LuccaAccess extends SessionOptions {
  /** v3 and v4; alone, or beside `oauth` for cost centres. */
  apiKey?: string | undefined;
  /** The current API. */
  oauth?: OAuthOptions | undefined;
}

interface OpenSession {
  session: Session;
  /** Requests sent to the tenant so far, both ways together; tokens come from elsewhere and do not count. */
  requests(): number;
}

export type Access = OpenSession &
  (
    | { way: 'api-key'; legacy: Transport; current: null; token: null }
    | { way: 'oauth'; legacy: null; current: Transport; token: TokenCredentials }
    | { way: 'oauth+api-key'; legacy: Transport; current: Transport; token: TokenCredentials }
  );

/**
 * Opens the access for one piece of work and closes it when the work ends.
 * @throws BridgeError LUCCA_ADDRESS_INVALID, LUCCA_KEY_MALFORMED, LUCCA_CREDENTIALS_MISSING
 */
export function withAccess<T>(
  { apiKey, oauth, ...options }: LuccaAccess,
  wanted: Pick<Wanted, 'customFields' | 'personal'>,
  work: (access: Access) => Promise<T>,
): Promise<T> {
  return withSession(options, (session) => {
    const legacy = apiKey === undefined ? null : createTransport(session, apiKeyCredentials(apiKey));
    const token = oauth === undefined ? null : new TokenCredentials(session, oauth, scopesFor(wanted));
    const current = token === null ? null : createTransport(session, token);
    const requests = () => (legacy?.requests ?? 0) + (current?.requests ?? 0);
    if (current !== null && token !== null) {
      return legacy === null
        ? work({ session, requests, way: 'oauth', legacy, current, token })
        : work({ session, requests, way: 'oauth+api-key', legacy, current, token });
    }
    if (legacy !== null)
      return work({ session, requests, way: 'api-key', legacy, current: null, token: null });
    throw new BridgeError(
      'LUCCA_CREDENTIALS_MISSING',
      'There is neither an API key nor an OAuth client for Lucca.',
      {
        remedy: 'Give lucca.apiKey, or lucca.oauth, or both.',
        exitCode: 2,
      },
    );
  });
}

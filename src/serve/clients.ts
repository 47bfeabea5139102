/** Who may call: the clients of bridge.yaml, their tokens kept as hashes only, and the OAuth issuer. */
import type { ServerConfig } from '../config/schema.js';
import { BridgeError } from '../errors.js';
import {
  type Authenticator,
  bearerAuthenticator,
  hashedTokens,
  hashToken,
  type TokenClient,
} from '../server/auth.js';
import type { Client } from '../server/backend.js';
import { issuedTokens } from '../server/jwt.js';

/** A shorter one could be found by trying. */
const SHORTEST_TOKEN = 16;

/**
 * @param onSeen told who has just shown valid credentials
 * @throws BridgeError TOKEN_TOO_SHORT, TOKEN_SHARED (exit code 2)
 */
export function createAuthenticator(
  { clients, oauth }: Pick<ServerConfig, 'clients' | 'oauth'>,
  onSeen: (client: Client) => void,
): Authenticator {
  const tokens = hashedTokens(hashClients(clients));
  const readers =
    oauth === undefined
      ? [tokens]
      : [tokens, issuedTokens({ ...oauth, jwks: oauth.jwksUrl, scopes: grantsOf(oauth) })];
  const { challenge, authenticate } = bearerAuthenticator(...readers);
  return {
    challenge,
    async authenticate(request) {
      const client = await authenticate(request);
      onSeen(client);
      return client;
    },
  };
}

function hashClients(clients: ServerConfig['clients']): TokenClient[] {
  const owners = new Map<string, string>();
  return clients.map(({ name, role, view, tokens }) => {
    const hashes = tokens.map((token) => {
      if (token.length < SHORTEST_TOKEN) throw tooShort(name);
      const hash = hashToken(token);
      const owner = owners.get(hash);
      if (owner !== undefined) throw shared(owner, name);
      owners.set(hash, name);
      return hash;
    });
    return { name, role, tokens: hashes, ...(view !== undefined && { view }) };
  });
}

function grantsOf({ scopes }: NonNullable<ServerConfig['oauth']>) {
  return Object.fromEntries(
    Object.entries(scopes).map(([scope, { role, view }]) => [
      scope,
      { role, ...(view !== undefined && { view }) },
    ]),
  );
}

function tooShort(client: string): BridgeError {
  return new BridgeError(
    'TOKEN_TOO_SHORT',
    `A token of client ${client} has fewer than ${SHORTEST_TOKEN} characters.`,
    {
      remedy: 'Make one with `openssl rand -base64 32`.',
      exitCode: 2,
    },
  );
}

function shared(owner: string, client: string): BridgeError {
  return new BridgeError(
    'TOKEN_SHARED',
    `A token stands twice, for client ${owner} and for client ${client}.`,
    {
      remedy: 'Give every client tokens of its own.',
      exitCode: 2,
    },
  );
}

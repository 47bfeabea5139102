/** Who is calling: bearer tokens kept as hashes, or access tokens of an OAuth issuer. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BridgeError } from '../errors.js';
import { unauthorized } from '../scim/errors.js';
import type { Client, MaybePromise, Role } from './backend.js';

export interface Authenticator {
  /** The WWW-Authenticate header of a 401. */
  challenge: string;
  /** Throws `unauthorized`. */
  authenticate(request: IncomingMessage): MaybePromise<Client>;
}

/** A client and the hashes of its tokens: several, so that a token can be changed without a gap. */
export interface TokenClient extends Client {
  role: Role;
  /** SHA-256 of each token in hex, from `hashToken`. */
  tokens: readonly string[];
}

/** Something that knows the client behind a bearer token; undefined when the token is not one of its own. */
export type TokenReader = (token: string) => MaybePromise<Client | undefined>;

/**
 * SHA-256 of a token, in hex: what the configuration keeps instead of the token. A plain hash is enough because tokens are
 * random and long (32 bytes are advised), unlike passwords.
 */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

const HASH_BYTES = 32;

/** Reads `Authorization: Bearer …` and asks each reader in turn. */
export function bearerAuthenticator(...readers: readonly TokenReader[]): Authenticator {
  return {
    challenge: 'Bearer realm="scim"',
    authenticate(request) {
      const token = /^Bearer +([^ ]+)$/i.exec(request.headers.authorization ?? '')?.[1];
      if (token === undefined) throw unauthorized('Send a bearer token in the Authorization header.');
      return askInTurn(readers, token);
    },
  };
}

/** Answers at once where every reader does, as those of hashed tokens do. */
function askInTurn([read, ...others]: readonly TokenReader[], token: string): MaybePromise<Client> {
  if (read === undefined) throw unauthorized('The token is not valid.');
  const found = read(token);
  if (found instanceof Promise) return found.then((client) => client ?? askInTurn(others, token));
  return found ?? askInTurn(others, token);
}

/**
 * Recognises opaque tokens by their hash. Every hash is compared, in constant time, so that the time an answer takes says
 * nothing about them. Throws `SERVER_TOKEN_HASH_INVALID` for a hash of the wrong shape.
 */
export function hashedTokens(clients: readonly TokenClient[]): TokenReader {
  const known = clients.flatMap(({ tokens, ...client }) =>
    tokens.map((token) => ({ client: client as Client, hash: parseHash(token, client.name) })),
  );
  // One place for every hash: a Buffer for each request would cost more than the hash itself.
  const given = Buffer.alloc(HASH_BYTES);
  return (token) => {
    given.write(hash('sha256', token, 'binary'), 'binary');
    let found: Client | undefined;
    for (const { client, hash } of known) if (timingSafeEqual(hash, given)) found = client;
    return found;
  };
}

function parseHash(text: string, client: string): Buffer {
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new BridgeError(
      'SERVER_TOKEN_HASH_INVALID',
      `A token hash of client ${client} is not SHA-256 in hex.`,
      {
        remedy: 'Keep the hash of the token, 64 hexadecimal digits, in the configuration.',
        exitCode: 2,
      },
    );
  }
  return Buffer.from(text, 'hex');
}

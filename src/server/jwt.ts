/** Access tokens of an OAuth issuer (RFC 9068): signature, issuer, audience and expiry checked, scopes turned into a role. */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { forbidden, unauthorized, unavailable } from '../scim/errors.js';
import type { TokenReader } from './auth.js';
import type { Client, Role } from './backend.js';

export interface TokenIssuer {
  /** Value of `iss`. */
  issuer: string;
  /** Value of `aud`: what the issuer calls this endpoint. */
  audience: string;
  /** Address of the issuer's JSON Web Key Set, or a way to its keys. */
  jwks: string | JWTVerifyGetKey;
  /** What a scope grants. A token with several gets the strongest role. */
  scopes: Readonly<Record<string, { role: Role; view?: string }>>;
}

const STRENGTH: readonly Role[] = ['reader', 'idp', 'admin'];
/** Only signatures with a public key: a shared secret could be guessed, and `none` is none. */
export const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** Recognises the issuer's tokens; others (opaque ones among them) are left to the next reader. */
export function issuedTokens({ issuer, audience, jwks, scopes }: TokenIssuer): TokenReader {
  const keys = typeof jwks === 'string' ? createRemoteJWKSet(new URL(jwks)) : jwks;
  return async (token) => {
    if (token.split('.').length !== 3) return undefined;
    const payload = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: PUBLIC_KEY_ALGORITHMS,
      clockTolerance: 30,
    })
      .then((verified) => verified.payload)
      .catch(refuseToken);
    return toClient(payload, scopes);
  };
}

/** The issuer not answering is not the client's fault. */
export function refuseToken(error: unknown): never {
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
    throw unavailable('The keys of the token issuer could not be read.');
  }
  throw unauthorized('The token is not valid.', error.code);
}

function toClient(payload: JWTPayload, scopes: TokenIssuer['scopes']): Client {
  const { scope, scp, client_id: clientId, azp, sub } = payload;
  const granted = [scope, scp]
    .flatMap((value) => (typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []))
    .flatMap((name) => (Object.hasOwn(scopes, name) ? [scopes[name]] : []))
    .filter((grant) => grant !== undefined)
    .sort((left, right) => STRENGTH.indexOf(right.role) - STRENGTH.indexOf(left.role));
  const [best] = granted;
  if (best === undefined) throw forbidden('The token grants no scope of this server.');
  const name = [clientId, azp, sub].find((value) => typeof value === 'string' && value !== '');
  if (typeof name !== 'string') throw unauthorized('The token does not name a client.');
  return { name, ...best };
}

/** Verifies ID tokens of an OpenID Connect issuer (OpenID Connect Core 1.0 section 3.1.3.7; a nonce is the application's to check). */
import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { PUBLIC_KEY_ALGORITHMS, refuseToken } from '../jwt.js';

export interface IdTokenIssuer {
  /** Value of `iss`. */
  issuer: string;
  /** Value of `aud`: the client id of the application in which people sign in. */
  audience: string;
  /** Address of the issuer's JSON Web Key Set, or a way to its keys. */
  jwks: string | JWTVerifyGetKey;
  /** Milliseconds. */
  now: () => number;
}

/** The claims of a valid token. Throws `unauthorized` for any other, `unavailable` when the keys cannot be read. */
export type IdTokenVerifier = (token: string) => Promise<unknown>;

export function createIdTokenVerifier({ issuer, audience, jwks, now }: IdTokenIssuer): IdTokenVerifier {
  const keys = typeof jwks === 'string' ? createRemoteJWKSet(new URL(jwks)) : jwks;
  return async (token) => {
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: PUBLIC_KEY_ALGORITHMS,
      requiredClaims: ['sub', 'iat', 'exp'],
      clockTolerance: 30,
      currentDate: new Date(now()),
    }).catch(refuseToken);
    return verified.payload;
  };
}

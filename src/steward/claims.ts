/** What a sign-in says about a person (OpenID Connect Core 1.0 section 5.1), as SCIM attributes. Pure. */
import { z } from 'zod';
import { BridgeError } from '../errors.js';
import type { JsonObject } from '../json.js';

const text = z.string().max(1_000);

/** Standard claims; others are passed over. */
const claimsSchema = z.object({
  sub: text.min(1),
  email: text.optional(),
  // Some issuers send the text.
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  given_name: text.optional(),
  family_name: text.optional(),
  name: text.optional(),
  // Seconds since 1970. One outside the years that a date can have is no claim of a token that was verified.
  iat: z.number().min(0).max(8.64e12).optional(),
});

export type SignInClaims = z.input<typeof claimsSchema>;

/** What is kept of a sign-in, as just-in-time provisioning would. */
export interface SignIn {
  /** The issuer's id for the person. */
  sub: string;
  email: string;
  attributes: JsonObject;
  /** When the issuer said so, ISO; null when the claims do not tell. */
  issuedAt: string | null;
}

/**
 * Reads claims. First name, last name and verified e-mail are kept; the full name only where there are no parts, as those give
 * a display name of their own.
 * @throws BridgeError CLAIMS_INVALID, EMAIL_UNVERIFIED
 */
export function readClaims(input: unknown): SignIn {
  const result = claimsSchema.safeParse(input);
  if (!result.success) {
    const faults = result.error.issues.map(({ path }) => path.join('.') || 'claims');
    throw new BridgeError('CLAIMS_INVALID', `These claims cannot be used: ${faults.join(', ')}.`, {
      remedy: 'Send sub, email, email_verified, given_name and family_name as the issuer gives them.',
    });
  }
  const { sub, email, email_verified: verified, given_name, family_name, name, iat } = result.data;
  if (email === undefined || email.trim() === '' || (verified !== true && verified !== 'true')) {
    throw new BridgeError(
      'EMAIL_UNVERIFIED',
      'The sign-in carries no e-mail address that its issuer has verified.',
      {
        remedy: 'Ask the issuer for the scopes openid, email and profile, and have it verify addresses.',
      },
    );
  }
  const parts = {
    ...(given_name && { givenName: given_name }),
    ...(family_name && { familyName: family_name }),
  };
  return {
    sub,
    email,
    issuedAt: iat === undefined ? null : new Date(iat * 1_000).toISOString(),
    attributes: {
      ...(Object.keys(parts).length > 0 ? { name: parts } : name && { displayName: name }),
      emails: [{ value: email, type: 'work', primary: true }],
    },
  };
}

/** The legacy credentials: `Authorization: lucca application={key}` (reference page, section 1.2). */
import { BridgeError } from '../../errors.js';
import type { Credentials } from '../transport.js';

/**
 * Makes credentials of an API key as people paste it: with braces, quotes, or the whole header value.
 * @throws BridgeError LUCCA_KEY_MALFORMED (exit code 2)
 */
export function apiKeyCredentials(pasted: string): Credentials {
  const key = pasted
    .trim()
    .replace(/^(?:authorization:\s*)?lucca\s+application=/i, '')
    .replace(/^["'{]+|["'}]+$/g, '');
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new BridgeError(
      'LUCCA_KEY_MALFORMED',
      'The Lucca API key is empty or holds characters that no key has.',
      {
        remedy: 'Copy the key again; it looks like 0f8fad5b-d9cb-469f-a165-70867728950e.',
        exitCode: 2,
      },
    );
  }
  return {
    way: 'api-key',
    headers: async () => ({ authorization: `lucca application=${key}` }),
    renew: () => false,
  };
}

/** The base address of a target, checked once. */
import { BridgeError } from '../../errors.js';

export interface BaseAddress {
  origin: string;
  /** Path prefix without a trailing slash, e.g. `/api/v2/scim`; empty at the root. */
  path: string;
}

/**
 * Takes a SCIM base address apart. Only https is allowed, except towards this machine itself.
 * @throws BridgeError TARGET_ADDRESS_INVALID, exit code 2
 */
export function parseAddress(text: string): BaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalid('is not a web address', 'Write it in full, e.g. https://app.example.com/scim/v2.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid(
      'holds credentials, a query or a fragment',
      'Leave only host and path in the address; the token has a setting of its own.',
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw invalid('is not encrypted', 'Use https; http is allowed towards localhost only.');
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function invalid(what: string, remedy: string): BridgeError {
  return new BridgeError('TARGET_ADDRESS_INVALID', `The address of the target ${what}.`, {
    remedy,
    exitCode: 2,
  });
}

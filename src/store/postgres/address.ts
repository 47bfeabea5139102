/** The address of a database, as `store.postgres.url` gives it. */
import { invalidAddress } from './errors.js';

/** Modes that pg takes for `verify-full`, with a warning that its next major version will not. */
const AS_VERIFY_FULL = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;

/**
 * @returns the address for pg, in which the mode of encryption says what is done: certificate and host name are checked
 * @throws BridgeError STORE_ADDRESS_INVALID (exit code 2)
 */
export function checkAddress(url: string): string {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) throw invalidAddress();
  return /[?&]uselibpqcompat=true(&|$)/.test(url) ? url : url.replace(AS_VERIFY_FULL, '$1verify-full');
}

/**
 * Settings of the sessions, besides those that the address itself gives as `options`: for pg, these would take their place. The
 * server takes the last word on each, which is ours.
 * @returns what to connect with
 * @throws BridgeError STORE_ADDRESS_INVALID (exit code 2)
 */
export function withOptions(url: string, options: string): { connectionString: string; options: string } {
  const connectionString = checkAddress(url).replace(/[?&]options=[^&#]*/g, `$&%20${encodeURI(options)}`);
  return { connectionString, options };
}

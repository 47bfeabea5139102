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

/**
 * Cursors (RFC 9865). A backend's position in a result is sealed with AES-GCM before it leaves: the client can neither read
 * it nor make one up. A cursor grants nothing; it only says where to go on, for the same client and the same query.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { expiredCursor, invalidCount, invalidCursor } from '../scim/errors.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What a cursor is bound to: any difference makes it invalid. */
export interface CursorBinding {
  client: string;
  /** The query without cursor and count, in one fixed spelling. */
  query: string;
  count: number;
}

export interface Cursors {
  seal(position: string, binding: CursorBinding): string;
  /** The position. Throws invalidCursor, invalidCount or expiredCursor. */
  open(cursor: string, binding: CursorBinding): string;
}

/**
 * @param key 32 bytes, shared by all processes that answer for one endpoint.
 * @param seconds how long a cursor stays good.
 * @param now the clock, in milliseconds.
 */
export function createCursors(key: Uint8Array, seconds: number, now: () => number): Cursors {
  return {
    seal(position, binding) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const content = JSON.stringify([digest(binding), binding.count, now(), position]);
      const sealed = Buffer.concat([cipher.update(content, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(cursor, binding) {
      const [bound, count, sealedAt, position] = decrypt(cursor, key);
      if (bound !== digest(binding)) throw invalidCursor('The cursor belongs to another query.');
      if (count !== binding.count) throw invalidCount('The count must stay the same from page to page.');
      if (now() - sealedAt > seconds * 1000) {
        throw expiredCursor(`The cursor is older than ${seconds} seconds.`);
      }
      return position;
    },
  };
}

function decrypt(cursor: string, key: Uint8Array): [string, number, number, string] {
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const content = bytes.subarray(IV_BYTES + TAG_BYTES);
    return JSON.parse(decipher.update(content, undefined, 'utf8') + decipher.final('utf8'));
  } catch {
    throw invalidCursor('The cursor was not made by this server.');
  }
}

function digest({ client, query }: CursorBinding): string {
  return createHash('sha256')
    .update(JSON.stringify([client, query]))
    .digest('base64url');
}

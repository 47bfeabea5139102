/** Bridge ids for what Lucca knows (R15): derived, so that a rebuilt store gives everybody the same id again. */
import { hash } from 'node:crypto';
import type { IdMaker } from './translation.js';

/**
 * Makes ids in the shape of a UUID of version 8 (RFC 9562 section 5.8, the version for vendor-specific derivations): the
 * first 128 bits of SHA-256 over tenant, kind and Lucca id, with version and variant bits set. The kind keeps a person and
 * a department with the same Lucca id apart; the tenant keeps customers apart.
 *
 * @param tenant the normalised base address, `https://acme.ilucca.net`; the same person of another tenant has another id
 */
export function createIdMaker(tenant: string): IdMaker {
  const id = (kind: string, luccaId: string): string =>
    toUuid(hash('sha256', `${tenant}\n${kind}:${luccaId}`, 'hex'));
  return { person: (luccaId) => id('person', luccaId), group: id };
}

function toUuid(digest: string): string {
  const variant = ((Number.parseInt(digest[16] ?? '0', 16) & 0b0011) | 0b1000).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/** Whose account, or group, of the target is whose while a plan is applied: each has one, and nobody has another's (R14). */
import type { Link } from '../../identity/person.js';
import { linkedId } from '../plan/input.js';

export interface Owners {
  /** Bridge id of the person or unit. */
  of(targetId: string): string | undefined;
  /**
   * Takes it for a person or unit before anything is written to it, so that two who find it at the same time do not both get it.
   * @returns false when it is another's
   */
  claim(targetId: string, subject: string): boolean;
  release(targetId: string, subject: string): void;
}

export function createOwners(links: ReadonlyMap<string, Link>): Owners {
  const owners = new Map<string, string>();
  for (const [subject, link] of links) {
    const targetId = linkedId(link);
    if (targetId !== null) owners.set(targetId, subject);
  }
  return {
    of: (targetId) => owners.get(targetId),
    claim(targetId, subject) {
      const owner = owners.get(targetId) ?? subject;
      owners.set(targetId, owner);
      return owner === subject;
    },
    release(targetId, subject) {
      if (owners.get(targetId) === subject) owners.delete(targetId);
    },
  };
}

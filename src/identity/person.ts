/** The unit of storage: one person, what every source says about them, and where they stand on every target. */
import type { JsonObject } from '../json.js';

/** `lucca`, an IdP client (`idp:okta`), a target we learn from (`target:travelperk`), or `manual`. */
export type SourceName = string;

/** What one source says about one person, as partial SCIM attributes (R9). */
export interface Assertion {
  /** The source's own id for the person: the Lucca id, or the `externalId` that the IdP client set; null when it gave none. */
  sourceId: string | null;
  /** SCIM attributes in the schemas' spelling, extensions under their URN. No `id`, `meta`, `schemas`. */
  attributes: JsonObject;
  /** ISO instant of the source's last word. */
  at: string;
  /**
   * ISO instants since when the source says what it says: under `*` since when it speaks about the person at all, under the
   * path of a cell (`title`, `name.givenName`, `emails[work]`, `urn:…:User:department`) when it changed or withdrew that
   * value since then. `sinceOf` reads it.
   */
  since: Record<string, string>;
  /** The source deleted its resource (R30): its values are withdrawn and it answers 404 to that client. ISO instant. */
  deletedAt?: string;
  /** `manual` only: who set the value of each cell, and until when it holds. */
  overrides?: Record<string, Override>;
}

/** A value that a person set by hand. */
export interface Override {
  author: string;
  /** ISO instant from which the value no longer holds; null for none. */
  expiresAt: string | null;
}

/** The stored pair person ↔ resource on one target. */
export interface Link {
  /** `intent`: a create was journalled and not yet acknowledged (R21). */
  state: 'intent' | 'linked';
  /** The target's id; null while `intent`. */
  targetId: string | null;
  /** The resource body as last sent and acknowledged, in the target's form; null when adopted and never written. */
  sent: JsonObject | null;
  /** ISO instant of the last acknowledgement (or of the intent). */
  at: string;
}

/** How the Lucca reader last saw the person. */
export interface LuccaSighting {
  luccaId: string;
  /** Contract dates of the last sighting, to tell a contract that ended from a start date that moved (R5, R8). */
  contractStart: string | null;
  contractEnd: string | null;
  /** Last day of an earlier contract that was seen to end, while the applicable one has not started (a gap before a rehire). */
  endedOn: string | null;
  /** Since when a certified read has not shown the person; null while seen. Never deactivates by itself (R5). */
  missingSince: string | null;
}

export interface PersonRecord {
  /** Bridge id: opaque, stable, never reused (R15). */
  id: string;
  /** Optimistic version, 0 for a record not stored yet; the store counts it up. */
  version: number;
  createdAt: string;
  updatedAt: string;
  lucca: LuccaSighting | null;
  assertions: Record<SourceName, Assertion>;
  links: Record<string, Link>;
  /** Ids of people who turned out to be this one: clients that know the person by them must still find it. */
  aliases?: string[];
  /** Resources that an admin said are somebody else, as source keys: matching leaves them alone. */
  strangers?: string[];
}

/** A group from Lucca is derived, so only its links are kept; a group written by an IdP keeps its attributes and members. */
export interface GroupRecord {
  id: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  /** `department:31` for a Lucca group, null for an IdP's own. */
  luccaKey: string | null;
  /** IdP group: who wrote it, its attributes, its members' bridge ids. */
  idp: { source: SourceName; externalId: string | null; attributes: JsonObject; members: string[] } | null;
  links: Record<string, GroupLink>;
}

export interface GroupLink extends Link {
  /** Target ids of the members that we sent and that were acknowledged: our own ledger (R23). */
  members: string[];
}

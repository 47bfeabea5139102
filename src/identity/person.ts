/** The unit of storage: one person, what every source says about them, and where they stand on every target. */
import type { JsonObject, JsonValue } from '../json.js';

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

/**
 * What is known of one attribute that a target shows otherwise than it was sent. `echo`: the target's way of writing what we
 * sent; `adopt`: the target's value counts there and is not written any more; `overwrite`: ours is put back; `ask`: waits for a
 * decision; `fight`: went back and forth too often, so that nobody writes it; `sent`: we changed it ourselves, so that a late
 * answer may still show the value before; `unkept`: what we wrote was taken and is not there.
 */
export interface DriftNote {
  verb: 'echo' | 'adopt' | 'overwrite' | 'ask' | 'fight' | 'sent' | 'unkept';
  /** What the target showed; null for nothing. */
  shown: JsonValue;
  /** What it took the place of; null for nothing. */
  was: JsonValue;
  /** How often the value went back and forth lately; `unkept`: how often it was found not to be there. */
  swings: number;
  /** ISO instant of the last change. */
  at: string;
  /** `adopt` only: no source could be made of it, because it is no attribute of the person in our own form. */
  silent?: true;
  /** `sent` only: the target has shown our value since. */
  seen?: true;
}

/** The stored pair person ↔ resource on one target. */
export interface Link {
  /**
   * `intent`: a create was journalled and not yet acknowledged (R21); `refused`: the target declined to make the resource, and
   * `trouble` says when to ask again.
   */
  state: 'intent' | 'linked' | 'refused';
  /** The target's id; null unless `linked`. */
  targetId: string | null;
  /**
   * The resource body as last sent and acknowledged, or as the target was seen to have it since, in the target's form; null
   * when adopted and never written.
   */
  sent: JsonObject | null;
  /** ISO instant of the last acknowledgement (or of the intent). */
  at: string;
  /** By path: attributes that the target shows otherwise than they were sent. */
  drift?: Record<string, DriftNote>;
  /** The last write did not succeed. */
  trouble?: Trouble;
  /** ISO instant since when nobody wants it and it has been inactive or empty: it is deleted some days later (R22). */
  unwantedSince?: string;
}

/** A write that a target refused or failed, so that it is not repeated in vain (R24). */
export interface Trouble {
  /** Of the error. */
  code: string;
  /** Digest of what was to be written. */
  attempt: string;
  /** How often that failed in a row. */
  times: number;
  /** ISO instants: since when no write of the record has succeeded, and before which this one is not tried again. */
  since: string;
  retryAt: string;
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

/** What writers said in turns about one value, as digests (fights.ts). */
export interface Quarrel {
  said: string;
  /** What was said before that. */
  before: string;
  /** How often it went back to what was said before. */
  swings: number;
  /** ISO instant of the last turn. */
  at: string;
}

/** Who has the last word about a value, and who settled that. */
export interface Owner {
  source: SourceName;
  by: string;
  /** ISO instant of the decision. */
  at: string;
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
  /** By path: values about which writers disagreed with each other, or with themselves. */
  quarrels?: Record<string, Quarrel>;
  /** By cell: whose word goes first, as an admin settled it. */
  owners?: Record<string, Owner>;
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
  /** By target id. */
  doubts?: Record<string, MemberDoubt>;
  /** The last write of its members did not succeed, for no fault of single members. */
  memberTrouble?: Trouble;
}

/**
 * A membership about which target and ledger may disagree. `refused`: the target would not take the member; `stays`: it would not
 * let the member go; `removed`: we took it out, and have not seen since that it is gone.
 */
export interface MemberDoubt {
  verb: 'refused' | 'stays' | 'removed';
  /** How often it was refused in a row, or found to be there all the same. */
  times: number;
  /** ISO instants: of the first time in a row, and of the last. */
  since?: string;
  at: string;
}

/** What the translator gives: every person and unit of a Directory as partial SCIM resources, before precedence. */
import type { Issue } from '../errors.js';
import type { JsonObject } from '../json.js';

/** Where a person stands at the instant asked about (R8), with the reason in words. */
export interface Lifecycle {
  /** `upcoming`: not started yet; `left`: the last day worked is over in the establishment's zone; `unknown`: no contract dates. */
  state: 'upcoming' | 'active' | 'left' | 'unknown';
  /** e.g. `contract ended 2026-11-20, Europe/Paris`. */
  reason: string;
  /** ISO instants at which the account starts and stops; null = open or unknown. Grace and early-creation days are included. */
  startsAt: string | null;
  endsAt: string | null;
}

export interface TranslatedUser {
  /** Lucca person id. */
  luccaId: string;
  /** Bridge id, from the id maker that was passed in. */
  id: string;
  /**
   * SCIM attributes in the schemas' spelling: core attributes at the top, extensions under their URN. Holds no `id`,
   * `meta` or `schemas`. `active` follows the lifecycle. `externalId` is the Lucca id. References (manager) carry bridge ids.
   */
  attributes: JsonObject;
  lifecycle: Lifecycle;
}

export type GroupKind = 'department' | 'cost-center' | 'legal-entity' | 'establishment';

export interface TranslatedGroup {
  /** `department:31`: kind and Lucca id; also the SCIM externalId. */
  key: string;
  kind: GroupKind;
  luccaId: string;
  /** Bridge id. */
  id: string;
  /** displayName, externalId, and the Lucca group extension; without members. */
  attributes: JsonObject;
  /** Bridge ids of the members (people who have not left), in ascending order, each once. */
  members: readonly string[];
}

export interface Translation {
  /** The instant for which every date was judged, ISO. */
  at: string;
  users: readonly TranslatedUser[];
  groups: readonly TranslatedGroup[];
  /** People and units that could not be translated, or only with a loss. */
  issues: readonly Issue[];
}

/** Turns Lucca ids into bridge ids (R15); passed in so that the translator stays pure. */
export interface IdMaker {
  person(luccaId: string): string;
  group(kind: GroupKind, luccaId: string): string;
}

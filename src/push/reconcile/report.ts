/** What a reconciliation found, as data for people: it is printed, exported and stored, never logged. */
import type { Drift } from './sight.js';

type Subject = { kind: 'person' | 'group'; subject: string; label: string; targetId: string };

/** One attribute of one resource that somebody changed on the target. */
export type DriftRow = Subject & Drift;

/** A resource of ours that the target no longer has. */
export type VanishedRow = Subject & { /** Whether it is to be made anew. */ recreated: boolean };

/** How far the resources of one kind could be seen. */
export interface Coverage {
  kind: 'person' | 'group';
  /** Resources that the target showed. */
  shown: number;
  /** Linked ones among them. */
  compared: number;
  pages: number;
  /** Whether the listing proved complete; only then does it mean anything that a resource is not in it. */
  complete: boolean;
  /** Why nothing could be read, in words; null when something could. */
  refused: string | null;
}

export interface Reconciliation {
  coverage: Coverage[];
  drift: DriftRow[];
  vanished: VanishedRow[];
  /** More of ours are missing than could have gone by themselves: nothing is concluded. */
  implausible: { kind: 'person' | 'group'; missing: number; of: number }[];
  /** Target ids of resources that nobody owns: reported, never touched (R22). */
  unowned: { kind: 'person' | 'group'; targetId: string }[];
  /** Memberships of ours in groups none of which shows a member: nothing is known of them. */
  unverifiedMembers: number;
  /** Links that point to one resource: none of them is compared. */
  shared: { kind: 'person' | 'group'; targetId: string; subjects: string[] }[];
}

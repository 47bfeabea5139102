/** What a plan says about single records beside its operations: who is left out, and why. */

import type { MatchKey } from './match.js';

/** Something that the plan says about one record beside its operations. */
export interface Finding {
  code: string;
  severity: 'error' | 'warning' | 'info';
  kind: 'person' | 'group';
  subject: string;
  /** Never logged. */
  label: string;
  /** Without personal data. */
  message: string;
  remedy: string;
  /** Name of the person of ours whose account is in the way. Never logged. */
  holder?: string;
  /** What on the target could be the person's or the group's, where somebody has to decide (R14). */
  candidates?: Candidates;
  /** A write that failed before and is not tried again yet; ISO instant since when it has. */
  waits?:
    | { for: 'person' | 'group'; since: string }
    /** Bridge id of the group, target id of the member. */
    | { for: 'membership'; group: string; member: string; since: string };
}

export interface Candidates {
  /** The key by which they were found. */
  on: MatchKey;
  targetIds: readonly string[];
}

/** What a finding says, names included: for screens and files, never for logs. */
export function inWords({ message, holder }: Pick<Finding, 'message' | 'holder'>): string {
  return holder === undefined ? message : `${message} It is the account of ${holder}.`;
}

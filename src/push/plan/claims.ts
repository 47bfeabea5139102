/** One account has one person, one group has one unit: what several of ours match goes to none of them by chance (R14). */
import type { Match, MatchKey } from './match.js';

export interface Claimant {
  /** Bridge id. */
  subject: string;
  match: Match;
}

/** Values that several records may share by right: whoever has another key in common with a resource comes before them. */
const SHARED: ReadonlySet<MatchKey> = new Set(['emails', 'displayName']);

/**
 * Settles who gets what, whatever the order: a resource that two records match alike goes to neither of them.
 * @returns the claimants, in the same order; a match that is not to be had has become `claimed`
 */
export function settleClaims<T extends Claimant>(claimants: readonly T[]): T[] {
  const claims = new Map<string, Claimant[]>();
  for (const claimant of claimants) {
    const targetId = claimed(claimant.match);
    if (targetId !== undefined) claims.set(targetId, [...(claims.get(targetId) ?? []), claimant]);
  }
  return claimants.map((claimant) => {
    const targetId = claimed(claimant.match);
    const rivals = targetId === undefined ? undefined : claims.get(targetId);
    if (targetId === undefined || rivals === undefined || rivals.length === 1) return claimant;
    const firm = rivals.filter(({ match }) => isFirm(match));
    const [first] = firm.length === 1 ? firm : [];
    if (first?.subject === claimant.subject) return claimant;
    const subjects = rivals.map(({ subject }) => subject).sort();
    const by = claimant.match.kind === 'adopt' ? claimant.match.by : 'emails';
    return {
      ...claimant,
      match: { kind: 'claimed', targetId, by, subjects, goesTo: first?.subject ?? null },
    };
  });
}

function claimed(match: Match): string | undefined {
  return match.kind === 'adopt' || match.kind === 'approve' ? match.targetId : undefined;
}

function isFirm(match: Match): boolean {
  return match.kind === 'adopt' && !SHARED.has(match.by);
}

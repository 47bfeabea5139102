/** Memberships that a target refused to begin or end, or may not have ended: remembered, not repeated in vain (R23, R24; pure). */
import type { GroupLink, MemberDoubt } from '../../identity/person.js';

export type Doubts = Readonly<Record<string, MemberDoubt>>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After the first, second, third… refusal in a row; the last one holds for all that follow. */
const GAPS_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS];
/** Where a target is never read, or nobody wants the member any more, nothing else ends a doubt. */
const FORGOTTEN_MS = 30 * DAY_MS;

export function doubtAbout({ doubts }: Pick<GroupLink, 'doubts'>, targetId: string): MemberDoubt | undefined {
  return doubts !== undefined && Object.hasOwn(doubts, targetId) ? doubts[targetId] : undefined;
}

/** ISO instant since when it has been so; earlier versions kept that of the last time alone. */
export function sinceOf({ since, at }: MemberDoubt): string {
  return since ?? at;
}

/** The link with these doubts, as far as they are not too old to mean anything; without the member where there are none. */
export function withDoubts(link: GroupLink, doubts: Doubts, now: string): GroupLink {
  const { doubts: _, ...rest } = link;
  const live = Object.entries(doubts).filter(([, { at }]) => Date.parse(now) - Date.parse(at) < FORGOTTEN_MS);
  return live.length === 0 ? rest : { ...rest, doubts: Object.fromEntries(live) };
}

/** Before when a change that was refused is not tried again, ISO; null when it may be. */
export function waitsUntil(
  doubt: MemberDoubt | undefined,
  verb: 'refused' | 'stays',
  now: string,
): string | null {
  if (doubt?.verb !== verb) return null;
  const gap = GAPS_MS[Math.min(doubt.times, GAPS_MS.length) - 1] ?? 0;
  const until = new Date(Date.parse(doubt.at) + gap).toISOString();
  return now < until ? until : null;
}

/** The link after a member was refused, was not let go, was added or taken out. */
export function noteMember(
  link: GroupLink,
  { targetId, outcome }: { targetId: string; outcome: MemberDoubt['verb'] | 'added' },
  now: string,
): GroupLink {
  const { [targetId]: before, ...others } = link.doubts ?? {};
  if (outcome === 'added') return before === undefined ? link : withDoubts(link, others, now);
  const known = before?.verb === outcome ? before : undefined;
  const times = (known?.times ?? 0) + (outcome === 'removed' ? 0 : 1);
  const doubt = { verb: outcome, times, since: known === undefined ? now : sinceOf(known), at: now };
  return withDoubts(link, { ...others, [targetId]: doubt }, now);
}

/**
 * The link after members were not seen, or not acknowledged, who may be in the group all the same: as if they had been taken out,
 * so that they come back into the ledger as soon as they are seen there.
 */
export function noteAbsent(link: GroupLink, targetIds: readonly string[], now: string): GroupLink {
  return targetIds.reduce((noted, targetId) => {
    const verb = doubtAbout(noted, targetId)?.verb;
    const isKnown = verb === 'removed' || verb === 'refused';
    return isKnown ? noted : noteMember(noted, { targetId, outcome: 'removed' }, now);
  }, link);
}

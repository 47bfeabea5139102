/** Approvals: somebody read a plan and lets exactly that one through, each part of it once, within a time. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { BridgeError } from '../errors.js';
import type { Plan } from '../push/plan/operation.js';
import { readAll } from '../store/read-all.js';
import type { Collection, StoredRecord } from '../store/store.js';
import type { PlanArchive, StoredPlan } from './plan-archive.js';

/** An approval in the store; its id begins with the plan's hash and the instant of approval. */
export interface ApprovalRecord extends StoredRecord {
  /** Hash of the plan. */
  hash: string;
  target: string;
  /** Who approved. */
  by: string;
  /** ISO instants. */
  at: string;
  expiresAt: string;
  /** When a push first wrote under it; null before. */
  usedAt: string | null;
  /** When nothing was left of it; earlier versions kept `usedAt` alone. */
  usedUpAt?: string;
  /** While something is left to do under it: the parts of the plan that were done since. It is used up without them. */
  done?: readonly string[];
}

export interface GoodApproval {
  approval: ApprovalRecord;
  /** What was approved. */
  plan: Plan;
}

/** Whether nothing is left that it could let through. */
export function isUsedUp({ usedAt, done }: ApprovalRecord): boolean {
  return usedAt !== null && done === undefined;
}

export interface ApprovalRequest {
  /** Who approves. */
  by: string;
  /** For a hash that is not unique in its first characters. */
  target?: string | undefined;
  /** How long it holds, as in `90m`, `24h` or `3d`; a day when left out. */
  validFor?: string | undefined;
}

export interface Approvals {
  /**
   * Approves a stored plan. @param hash its first 8 characters or more
   * @throws BridgeError PLAN_UNKNOWN, PLAN_AMBIGUOUS, APPROVAL_TIME_INVALID; APPROVAL_EXISTS while an approval of the plan holds
   * that was not used, APPROVAL_USED when a push has written under one since the plan was last made
   */
  approve(hash: string, request: ApprovalRequest): Promise<ApprovalRecord>;
  /** The approvals for a target that are neither used up nor expired, the latest first, each with its plan. */
  goodFor(target: string): Promise<GoodApproval[]>;
  /**
   * Notes, durably, that it is used.
   * @param done parts of its plan that were done; null when nothing is left of it
   */
  note(approval: ApprovalRecord, done: readonly string[] | null): Promise<ApprovalRecord>;
  /** The latest first. */
  list(): Promise<ApprovalRecord[]>;
}

export function createApprovals(
  approvals: Collection<ApprovalRecord>,
  archive: Pick<PlanArchive, 'find' | 'get' | 'open'>,
  clock: Clock,
): Approvals {
  const iso = (milliseconds = clock.now()) => new Date(milliseconds).toISOString();

  async function list(): Promise<ApprovalRecord[]> {
    return (await readAll(approvals)).sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  return {
    list,
    async approve(hash, { by, target, validFor = '24h' }) {
      const milliseconds = readDuration(validFor);
      const plan = await archive.find(hash, target);
      refuseTwice(plan, await list(), iso());
      const at = iso();
      const expiresAt = iso(clock.now() + milliseconds);
      const id = `${plan.hash} ${at} ${randomUUID()}`;
      const approval = {
        id,
        version: 0,
        hash: plan.hash,
        target: plan.target,
        by,
        at,
        expiresAt,
        usedAt: null,
      };
      await approvals.put([approval]);
      return approval;
    },
    async goodFor(target) {
      const good = (await list()).filter(
        (approval) => approval.target === target && !isUsedUp(approval) && iso() < approval.expiresAt,
      );
      const found = await Promise.all(
        good.map(async (approval) => {
          const stored = await archive.get(target, approval.hash);
          // A plan may age out before its approval does: then nobody can tell what was approved.
          if (stored === undefined) return [];
          const { plans } = await archive.open(stored);
          return plans.map(({ plan }) => ({ approval, plan }));
        }),
      );
      return found.flat();
    },
    async note({ done: _, ...approval }, done) {
      const used = { ...approval, usedAt: approval.usedAt ?? iso() };
      const [stored] = await approvals.put([
        done === null ? { ...used, usedUpAt: iso() } : { ...used, done },
      ]);
      if (stored === undefined) throw new TypeError('the store gave nothing back');
      return stored;
    },
  };
}

/** A plan is let through once (R19): what a push did under one approval, a second one of the same plan would do again. */
function refuseTwice(
  { target, hash, madeAt }: StoredPlan,
  known: readonly ApprovalRecord[],
  now: string,
): void {
  const former = known.filter((approval) => approval.target === target && approval.hash === hash);
  const good = former.find(({ usedAt, expiresAt }) => usedAt === null && now < expiresAt);
  if (good !== undefined) {
    throw new BridgeError(
      'APPROVAL_EXISTS',
      `The plan was approved already, by ${good.by} on ${good.at}: that holds until ${good.expiresAt}.`,
      {
        remedy: `Push it: lucca-scim push --target ${target}. Once that has expired, plan again and approve.`,
        exitCode: 2,
      },
    );
  }
  const used = former.find(({ usedAt, usedUpAt }) => usedAt !== null && madeAt < (usedUpAt ?? usedAt));
  if (used === undefined) return;
  throw new BridgeError(
    'APPROVAL_USED',
    `The plan was approved by ${used.by} on ${used.at}, and that was used on ${used.usedAt}: an approval lets a plan through once.`,
    {
      remedy: `Plan again (lucca-scim plan --target ${target}), read it, and approve the new plan's hash.`,
      exitCode: 2,
    },
  );
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 };
/** An approval that outlives its reader's memory of the plan is none. */
const LONGEST_MS = 7 * 24 * 3_600_000;

function readDuration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text.trim()) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? 0);
  if (milliseconds > 0 && milliseconds <= LONGEST_MS) return milliseconds;
  const what =
    milliseconds > 0
      ? 'The time for which the approval holds is too long: 7d is the most.'
      : 'The time for which the approval holds is none.';
  throw new BridgeError('APPROVAL_TIME_INVALID', what, {
    remedy: 'Write it as 90m, 24h or 3d; 7d is the most.',
    exitCode: 2,
  });
}

/** How much of each kind a plan may hold: the settings of a target, and what holds where they say nothing. */
import { z } from 'zod';
import { BUDGET_KINDS, type BudgetKind } from './kinds.js';

/** There is no value that switches a bound off: it can be raised. */
const amount = {
  absolute: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('So many are always allowed, however small the population.'),
  percent: z
    .number()
    .min(1)
    .max(100)
    .optional()
    .describe('Beyond that, the share of what is on the target that is allowed.'),
};

export const budgetSchema = z.partialRecord(
  z.enum(BUDGET_KINDS),
  z.strictObject({
    ...amount,
    week: z
      .strictObject(amount)
      .optional()
      .describe('The same over 7 days, earlier runs included; twice the amount for a run when left out.'),
  }),
);

export type Budget = z.output<typeof budgetSchema>;

export interface Amount {
  absolute: number;
  percent: number;
}

export const DEFAULT_AMOUNTS: Readonly<Record<BudgetKind, Amount>> = {
  leavers: { absolute: 5, percent: 20 },
  outOfScope: { absolute: 5, percent: 1 },
  accountDeletions: { absolute: 5, percent: 5 },
  membershipRemovals: { absolute: 25, percent: 20 },
  userNameChanges: { absolute: 10, percent: 10 },
  managerChanges: { absolute: 25, percent: 30 },
  groupDeletions: { absolute: 5, percent: 10 },
};

/** What a budget allows of one kind, in a run and over 7 days. */
export function amountsOf(budget: Budget, kind: BudgetKind): { run: Amount; week: Amount } {
  const { week, ...own } = budget[kind] ?? {};
  const run = merge(DEFAULT_AMOUNTS[kind], own);
  const twice = { absolute: run.absolute * 2, percent: Math.min(100, run.percent * 2) };
  return { run, week: merge(twice, week ?? {}) };
}

function merge(base: Amount, own: { absolute?: number | undefined; percent?: number | undefined }): Amount {
  return { absolute: own.absolute ?? base.absolute, percent: own.percent ?? base.percent };
}

/** A small population is spared the percentage. */
export function limitOf({ absolute, percent }: Amount, population: number): number {
  return Math.max(absolute, Math.floor((population * percent) / 100));
}

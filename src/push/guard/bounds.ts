/** How much of each kind a plan may hold: the settings of a target, and what holds where they say nothing. */
import { z } from 'zod';
import { BUDGET_KINDS, type BudgetKind } from './kinds.js';

/**
 * There is no value that switches a bound off: it can be raised, up to half of what there is. Whatever takes more than that is
 * either a mistake or something that somebody has looked at, and that is what approvals are for.
 */
export const HIGHEST_PERCENT = 50;

const amount = {
  absolute: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'So many are allowed, however small their share; never more than half of what is on the target, or the default of the kind.',
    ),
  percent: z
    .number()
    .min(1)
    .max(
      HIGHEST_PERCENT,
      `the most is ${HIGHEST_PERCENT}: a bound can be raised, not switched off; approve one large plan by its hash instead`,
    )
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

/** What a budget allows of one kind among a population, in a run and over 7 days. */
export function limitsOf(
  budget: Budget,
  kind: BudgetKind,
  population: number,
): { run: number; week: number } {
  const { week, ...own } = budget[kind] ?? {};
  const least = DEFAULT_AMOUNTS[kind];
  const run = merge(least, own);
  const over7Days = merge(twice(run), week ?? {});
  return {
    run: limitOf(run, least, population),
    week: limitOf(over7Days, twice(least), population),
  };
}

function merge(base: Amount, own: { absolute?: number | undefined; percent?: number | undefined }): Amount {
  return { absolute: own.absolute ?? base.absolute, percent: own.percent ?? base.percent };
}

function twice({ absolute, percent }: Amount): Amount {
  return { absolute: absolute * 2, percent: Math.min(HIGHEST_PERCENT, percent * 2) };
}

/** A small population is spared the percentage, and the bound by half of it as far as the default number goes. */
function limitOf({ absolute, percent }: Amount, least: Amount, population: number): number {
  const share = (of: number) => Math.floor((population * of) / 100);
  const highest = Math.max(least.absolute, share(HIGHEST_PERCENT));
  return Math.min(highest, Math.max(absolute, share(percent)));
}

/** The second half of a run, for one target: plan, guard, apply, record. */
import { BridgeError } from '../errors.js';
import { decide } from '../identity/decide.js';
import type { PersonRecord } from '../identity/person.js';
import { resolveUser } from '../identity/resolve.js';
import type { Exchange } from '../push/client/journal.js';
import { isHeldBack, TargetError } from '../push/client/target-error.js';
import { BudgetError, type BudgetLine } from '../push/guard/budget.js';
import { revisePlan } from '../push/guard/revise.js';
import { type LeftOver, selectPerson } from '../push/one-person.js';
import type { Held, Plan } from '../push/plan/operation.js';
import type { PlannedPart } from '../push/plan-file/document.js';
import { findStillWanted, type StaleRow } from '../push/plan-file/rows.js';
import type { Reconciliation } from '../push/reconcile/report.js';
import { fileAdoptions } from './adoptions.js';
import type { ApprovalRecord } from './approvals.js';
import { type Clearance, clear, reviewBudget } from './clearance.js';
import type { Hearing } from './hearing.js';
import { keepLinks } from './keep-links.js';
import type { Looked } from './look.js';
import { createManagerNaming } from './present-managers.js';
import { isExplained, recallReasons } from './recall-reasons.js';
import { type GroundOptions, surveyGround, type WhenToReconcile } from './reconcile.js';
import { beginRun, endRun, lastConfiguration, runsOn } from './run-book.js';
import type { RunContext } from './run-context.js';
import { keepLessons, learnCapabilities, recallCapabilities, type Target } from './target.js';
import { applyToTarget, type PlannedTarget, planTarget, type TargetResult } from './target-run.js';

export interface TargetPlan {
  target: string;
  /** Everything that is wanted; null when the target could not be asked, and `error` then says why. */
  plan: Plan | null;
  /** Requests that reading the target for the plan took: discovery, look-ups, a reconciliation. */
  planReads: number;
  budget: BudgetLine[];
  /** What of the plan is not applied without an approval, because its kind is over budget. */
  overBudget: Held[];
  /** What the target holds otherwise than it was sent; null when it was not read. */
  reconciliation: Reconciliation | null;
  error: BridgeError | null;
}

export interface TargetPush extends TargetPlan {
  /** Null when nothing could be applied. */
  result: TargetResult | null;
  /** Rows of an earlier plan that are not wanted any more in that form. */
  stale: StaleRow[];
  /** What one person alone could not get. */
  left: LeftOver[];
  /** What was sent and answered, in a push of one person. */
  exchanges: Exchange[];
  /** The approval under which the push went. */
  approvedBy: ApprovalRecord | null;
}

/** What a push is for, when it is not for everything. */
export interface PushChoice {
  earlier: PlannedPart | undefined;
  /** Bridge id. */
  person: string | undefined;
  reconcile?: WhenToReconcile | undefined;
  remake?: boolean | undefined;
  signal: AbortSignal | undefined;
}

/** @param how.keep stores what a reconciliation saw, before the plan is made of it */
export async function planFor(
  context: RunContext,
  target: Target,
  looked: Looked,
  {
    reconcile = false,
    remake,
    keep,
  }: Partial<Pick<GroundOptions, 'reconcile' | 'remake'>> & { keep: boolean },
): Promise<PlannedTarget> {
  const { found, books } = looked;
  const stored = context.state.capabilities;
  const learn = () => learnCapabilities(target, stored, context.clock);
  const nameManager = createManagerNaming(books.people.values());
  const effective = (person: PersonRecord) => nameManager(resolveUser(person, context.rules, found.at));
  const hearing: Hearing = {
    target: target.name,
    profile: target.profile,
    effective,
    decide: (person) => decide(person, context.rules, found.at),
  };
  const ground = await surveyGround(context, target, learn, looked, {
    reconcile,
    remake,
    keep,
    hearing,
  });
  const recalled = (await recallCapabilities(target, stored)) ?? (await learn());
  const runs = await runsOn(context.state.runs, target.name, []);
  const now = () => new Date(context.clock.now()).toISOString();
  const planned = await planTarget(target, { recalled, learn, now }, looked, ground, hearing, {
    mappingHash: context.mappingHash,
    lastConfiguration: lastConfiguration(runs),
  });
  await keepLessons(target, stored, planned.lessons);
  return { ...planned, plan: await recallReasons(planned, context.archive) };
}

/** The plan with the judgement of the budget. It is kept, so that it can be approved. */
export async function reviewPlan(
  context: RunContext,
  planned: PlannedTarget,
  looked: Looked,
): Promise<Omit<TargetPlan, 'planReads'>> {
  const { plan, target, ground } = planned;
  const { budget, held } = await reviewBudget(context, planned, looked);
  await keepPlan(context, planned);
  const { reconciliation } = ground;
  const error = emptyTarget(target.name, reconciliation);
  return { target: target.name, plan, budget, overBudget: held, reconciliation, error };
}

/** Plans, lets the guards sort the plan, and applies what they let through. */
export async function pushTo(
  context: RunContext,
  target: Target,
  looked: Looked,
  choice: PushChoice,
): Promise<TargetPush> {
  const { traffic } = target.client;
  const before = traffic.reads;
  const planned = await planFor(context, target, looked, {
    reconcile: choice.reconcile,
    remake: choice.remake,
    keep: true,
  });
  await fileAdoptions(context.state.conflicts, planned.plan, {
    links: planned.links,
    missing: looked.found.missing,
    at: new Date(context.clock.now()).toISOString(),
  });
  const { plan, stale, left } = choose(planned, choice);
  await knock(planned);
  const clearance = await clear(context, planned, plan, looked);
  const { budget, held, use } = clearance;
  const isWaiting = held.length > 0 || (plan.awaiting.length > 0 && use === null);
  if (isWaiting || planned.plan.operations.some(isExplained)) await keepPlan(context, planned);

  const planReads = traffic.reads - before;
  const exchanges: Exchange[] = [];
  const stopListening = choice.person === undefined ? () => {} : target.listen((one) => exchanges.push(one));
  const result = await applyAndRecord(context, planned, clearance, looked, {
    planReads,
    signal: choice.signal,
  }).finally(stopListening);
  return {
    target: target.name,
    plan,
    planReads,
    budget,
    overBudget: held,
    reconciliation: planned.ground.reconciliation,
    stale,
    left,
    exchanges,
    approvedBy: use?.approval ?? null,
    result,
    error:
      (isHeldBack(result.stopped) ? null : result.stopped) ??
      (held.length > 0 ? new BudgetError(planned.plan, budget) : null) ??
      (stale.length > 0 ? rowsAreStale(target.name, stale) : null) ??
      emptyTarget(target.name, planned.ground.reconciliation) ??
      result.stopped,
  };
}

/** A target that was down when it was last written to is asked something small before anything else is begun (R24). */
async function knock({ target, ground, plan }: PlannedTarget): Promise<void> {
  if (ground.memory.downSince === undefined || plan.operations.length === 0) return;
  await target.client.knock('/ServiceProviderConfig').catch((error: unknown) => {
    // Whoever refuses is there.
    if (!(error instanceof TargetError) || error.kind !== 'refused' || error.status === 401) throw error;
  });
}

interface Chosen {
  plan: Plan;
  stale: StaleRow[];
  left: LeftOver[];
}

function choose(planned: PlannedTarget, { earlier, person }: PushChoice): Chosen {
  const { plan } = planned;
  if (person !== undefined) return { ...selectPerson(plan, person, planned), stale: [] };
  if (earlier === undefined) return { plan, stale: [], left: [] };
  const { operations, awaiting, stale } = findStillWanted(earlier.plan, plan, planned);
  return { plan: revisePlan({ ...plan, awaiting }, { operations, held: plan.held }), stale, left: [] };
}

async function keepPlan(
  { archive, tenant, clock }: RunContext,
  { plan, configuration }: PlannedTarget,
): Promise<void> {
  if (plan.operations.length + plan.awaiting.length === 0) return;
  await archive.keep({ tenant, configuration, plan, madeAt: new Date(clock.now()).toISOString() });
}

async function applyAndRecord(
  context: RunContext,
  planned: PlannedTarget,
  { operations, held, counted, use }: Clearance,
  looked: Looked,
  { planReads, signal }: { planReads: number; signal: AbortSignal | undefined },
): Promise<TargetResult> {
  const { state, clock, onProgress, log } = context;
  const { target, plan, configuration } = planned;
  const iso = () => new Date(clock.now()).toISOString();
  const run = {
    target: target.name,
    planHash: plan.hash,
    configuration,
    startedAt: iso(),
    planReads,
    counted,
    approval: use?.approval.hash ?? null,
  };
  const begun = await beginRun(state.runs, run);
  const result = await applyToTarget(planned, operations, looked, {
    clock,
    onProgress,
    signal,
    state,
    beforeEach: async (operation) => {
      if (use?.covers(operation)) await use.begin();
    },
  });
  await use?.end(operations, result.outcomes);
  await keepLinks(planned, looked.books, iso());
  await keepLessons(target, context.state.capabilities, result.lessons);
  const ending = { endedAt: iso(), isRefused: held.length > 0 };
  const { outcome, done, failed, writes, reads } = await endRun(state.runs, begun, counted, result, ending);
  log.info({ target: target.name, outcome, done, failed, writes, reads, planReads }, 'run ended');
  if (held.length > 0)
    log.error({ target: target.name, code: 'BUDGET_EXCEEDED' }, 'part of the plan was refused');
  return result;
}

/** Somebody restored an old state of the target, or emptied it: that is for people to decide about. */
function emptyTarget(target: string, reconciliation: Reconciliation | null): BridgeError | null {
  const [found] = reconciliation?.implausible ?? [];
  if (found === undefined) return null;
  const what = found.kind === 'person' ? 'accounts' : 'groups';
  return new BridgeError(
    'TARGET_LOST_MOST',
    `${found.missing} of our ${found.of} ${what} on ${target} are not there. None of them was made anew; the rest was done.`,
    {
      remedy:
        'Look at the target: another tenant, a restored backup, a list that is cut short? If they are gone indeed: lucca-scim push --reconcile --remake.',
      exitCode: 3,
    },
  );
}

const NAMED = 5;

function rowsAreStale(target: string, stale: readonly StaleRow[]): BridgeError {
  const rows = stale.slice(0, NAMED).map(({ id, reason }) => `${id} (${reason})`);
  const more = stale.length > NAMED ? [`${stale.length - NAMED} more`] : [];
  const count = stale.length === 1 ? '1 row' : `${stale.length} rows`;
  const were = stale.length === 1 ? 'was' : 'were';
  return new BridgeError(
    'PLAN_ROW_STALE',
    `${count} of the plan for ${target} ${were} not applied, because things have changed since: ${[...rows, ...more].join('; ')}.`,
    { remedy: 'Make the plan again and look at these rows; the others were applied.', exitCode: 3 },
  );
}

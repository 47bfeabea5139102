/** One run: read → translate → join → plan → guard → apply, over all targets at once. */
import { BridgeError, type Issue } from '../errors.js';
import { chooseTargets } from './choose-targets.js';
import { doubtOf } from './doubt.js';
import { refuseFarAhead } from './instant.js';
import { type Looked, learn, lookAt, read } from './look.js';
import { findPersonIn, type PersonSteps, tellSteps } from './one-person.js';
import { checkDocument, partOf } from './plan-document.js';
import { planFor, pushTo, reviewPlan, type TargetPlan, type TargetPush } from './push-target.js';
import type { PushOptions, RunContext, RunOptions } from './run-context.js';
import type { Reading } from './survey.js';
import type { Target } from './target.js';

export type { TargetPlan, TargetPush } from './push-target.js';

/** What a run saw and did, over all its targets. */
export interface RunReport<T extends TargetPlan> extends Reading {
  at: string;
  /** Everything found while reading, translating and matching. */
  issues: Issue[];
  targets: T[];
  /** Why the run does not count as a success, whatever became of the targets: Lucca showed too little. */
  doubt: BridgeError | null;
  /** How one person was read, matched and resolved, when the push was for one. */
  person?: PersonSteps;
}

/** Reads Lucca and translates everybody. */
export async function runTranslate(context: RunContext, options: RunOptions): Promise<Reading> {
  chooseTargets(context, options.targets);
  const { found } = await lookAt(await read(context, options), context);
  return found;
}

/** Reads Lucca and plans for each target. Nothing is written to a target. */
export async function runPlan(context: RunContext, options: RunOptions): Promise<RunReport<TargetPlan>> {
  const targets = until(options.signal, chooseTargets(context, options.targets));
  const looked = await lookAt(await read(context, options), context);
  const plans = await overTargets(context, targets, async (target) =>
    planAndReview(context, target, looked, options),
  );
  return report(looked, plans);
}

async function planAndReview(
  context: RunContext,
  target: Target,
  looked: Looked,
  options: RunOptions,
): Promise<TargetPlan> {
  const before = target.client.traffic.reads;
  const planned = await planFor(context, target, looked, { ...options, keep: false });
  const planReads = target.client.traffic.reads - before;
  return { ...(await reviewPlan(context, planned, looked)), planReads };
}

/**
 * Reads Lucca, plans, and applies what the guards let through.
 * @throws BridgeError INSTANT_AHEAD, and what keeps an earlier plan from being applied, before Lucca is read
 */
export async function runPush(context: RunContext, options: PushOptions): Promise<RunReport<TargetPush>> {
  const { plan: document } = options;
  if (options.at !== undefined && options.ahead !== true) refuseFarAhead(options.at, context.clock);
  if (document !== undefined) checkDocument(document, context);
  const names = document?.plans.map(({ plan }) => plan.target) ?? options.targets;
  const targets = until(options.signal, chooseTargets(context, names));
  const looked = await learn(await read(context, options), context);
  const person = options.person === undefined ? undefined : findPersonIn(options.person, looked, context);
  const pushes = await overTargets(context, targets, (target) =>
    pushTo(context, target, looked, {
      earlier: document && partOf(document, target.name),
      person,
      reconcile: options.reconcile,
      remake: options.remake,
      signal: options.signal,
    }),
  );
  const steps = person === undefined ? {} : { person: tellSteps(person, looked, context) };
  return { ...report(looked, pushes), ...steps };
}

/** Nothing waits for a target any more once the run is to stop. */
function until(signal: AbortSignal | undefined, targets: readonly Target[]): readonly Target[] {
  if (signal === undefined) return targets;
  return targets.map((target) => ({ ...target, client: target.client.until(signal) }));
}

/** Several targets at once, all of them to their end; what one of them throws becomes its own outcome. */
function overTargets<T extends TargetPlan>(
  context: RunContext,
  targets: readonly Target[],
  act: (target: Target) => Promise<T>,
): Promise<(T | TargetPush)[]> {
  return Promise.all(
    targets.map(async (target) => {
      const before = target.client.traffic.reads;
      try {
        return await act(target);
      } catch (thrown) {
        const error = thrown instanceof BridgeError ? thrown : unexpected(target.name, thrown);
        const fault = error === thrown ? {} : { err: thrown };
        context.log.error(
          { target: target.name, code: error.code, ...fault },
          'the target could not be used',
        );
        return unused(target.name, error, target.client.traffic.reads - before);
      }
    }),
  );
}

/** A fault of the bridge met on one target: the others have their run all the same (R7). */
function unexpected(target: string, cause: unknown): BridgeError {
  const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new BridgeError('UNEXPECTED', `The run on ${target} broke off: ${what}.`, {
    remedy:
      'This is a fault of the bridge: please report it with the lines of the log. The next run goes on where this one stopped.',
    cause,
  });
}

function unused(target: string, error: BridgeError, planReads: number): TargetPush {
  return {
    target,
    plan: null,
    planReads,
    budget: [],
    overBudget: [],
    reconciliation: null,
    stale: [],
    left: [],
    exchanges: [],
    approvedBy: null,
    error,
    result: null,
  };
}

function report<T extends TargetPlan>(looked: Looked, targets: T[]): RunReport<T> {
  const { found } = looked;
  const { at, directory, translation, issues } = found;
  return {
    at,
    directory,
    translation,
    issues: [...directory.issues, ...translation.issues, ...issues],
    targets,
    doubt: doubtOf(looked),
  };
}

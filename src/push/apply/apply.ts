/** Applies a plan: phase by phase, wave by wave, with bounded concurrency; one record's failure never holds the others (R7). */
import pMap from 'p-map';
import type { Issue } from '../../errors.js';
import { bulkLimits } from '../capabilities.js';
import type { Traffic } from '../client/target-client.js';
import { isHeldBack, TargetError } from '../client/target-error.js';
import type { Lesson } from '../lessons.js';
import {
  isGroupOperation,
  isMemberOperation,
  isPersonOperation,
  type Operation,
  type PersonOperation,
  type Plan,
  type SetManager,
} from '../plan/operation.js';
import { type ApplyContext, type ApplyInput, createContext, issueOf, type OutcomeState } from './context.js';
import { applyGroupOperation } from './groups.js';
import { applyMemberOperation } from './members.js';
import { applyPersonOperation, setManager } from './people.js';
import { settleRefusals } from './refusals.js';
import { withReplaced } from './replaced.js';
import { fileTrouble } from './trouble.js';

export interface OperationOutcome {
  /** Of the operation. */
  id: string;
  subject: string;
  kind: Operation['kind'];
  state: OutcomeState;
  /** Why it failed. */
  issue?: Issue;
}

export interface ApplyResult extends Traffic {
  done: number;
  failed: number;
  /** Relied on something that failed, or is not there. */
  skipped: number;
  /** Not tried, because the target went down, asked to wait, or the run was stopped; the next run does them. */
  notReached: number;
  issues: Issue[];
  outcomes: OperationOutcome[];
  /** What the target's answers taught about it, to be kept with its capabilities. */
  lessons: readonly Lesson[];
  /** What ended the run early; null when it went through. */
  stopped: TargetError | null;
}

/**
 * Carries a plan out. Every acknowledged write is saved before the next step that relies on it, so stopping at any instant
 * loses nothing. Resolves also when records failed or the target went down: the result says so.
 */
export async function applyPlan(plan: Plan, input: ApplyInput): Promise<ApplyResult> {
  const before = { ...input.client.traffic };
  const health = createHealth(input.signal);
  const context = createContext({ ...input, client: input.client.until(health.signal) });
  const outcomes: OperationOutcome[] = [];
  const total = plan.operations.length;

  async function run<T extends Operation>(
    operation: T,
    act: (operation: T, context: ApplyContext) => Promise<OutcomeState>,
  ) {
    const outcome = { id: operation.id, subject: operation.subject, kind: operation.kind };
    if (health.signal.aborted) {
      outcomes.push({ ...outcome, state: 'not-reached' });
      return;
    }
    try {
      await input.beforeEach?.(operation);
      const state = await act(operation, context);
      outcomes.push({ ...outcome, state });
      if (state === 'done') health.well();
    } catch (error) {
      health.ill(error);
      if (isHeldBack(error)) outcomes.push({ ...outcome, state: 'not-reached' });
      else
        outcomes.push({ ...outcome, state: 'failed', issue: await noteFailure(operation, error, context) });
    }
    input.onProgress?.({ step: 'apply', label: `writing to ${plan.target}`, done: outcomes.length, total });
  }

  const concurrency = workersFor(input);
  for (const wave of wavesOf(plan))
    await pMap(wave, (operation) => run(operation, applyPersonOperation), { concurrency });
  await pMap(plan.operations.filter(isManagerOperation), (operation) => run(operation, setManager), {
    concurrency,
  });
  await pMap(plan.operations.filter(isGroupOperation), (operation) => run(operation, applyGroupOperation), {
    concurrency,
  });
  const planned = plan.operations.filter(isMemberOperation);
  const members = await withReplaced(planned, input.groupLinks.keys(), context);
  await pMap(members, (operation) => run(operation, applyMemberOperation), { concurrency });
  const reasons = await settleRefusals(members, context);
  for (const outcome of outcomes) {
    const issue = reasons.get(outcome.subject);
    if (outcome.state === 'failed' && issue !== undefined) outcome.issue ??= issue;
  }

  const count = (state: OutcomeState) => outcomes.filter((outcome) => outcome.state === state).length;
  return {
    done: count('done'),
    failed: count('failed'),
    skipped: count('skipped'),
    notReached: count('not-reached'),
    reads: input.client.traffic.reads - before.reads,
    writes: input.client.traffic.writes - before.writes,
    issues: context.issues,
    outcomes,
    lessons: context.lessons,
    stopped: health.stopped,
  };
}

async function noteFailure(operation: Operation, error: unknown, context: ApplyContext): Promise<Issue> {
  const issue = issueOf(error, operation);
  context.issues.push(issue);
  context.failed.add(operation.subject);
  await fileTrouble(operation, error, context).catch((reason) => {
    context.issues.push(issueOf(reason, operation));
  });
  return issue;
}

/**
 * The client bounds what is under way on the target; twice as many work here, so that it never waits for our own store. Where
 * writes travel together there are enough of them to fill one request while another is under way.
 */
function workersFor({ profile, capabilities }: ApplyInput): number {
  return 2 * Math.max(profile.concurrency, bulkLimits(profile, capabilities)?.maxOperations ?? 0);
}

function wavesOf(plan: Plan): PersonOperation[][] {
  const waves = new Map<number, PersonOperation[]>();
  for (const operation of plan.operations.filter(isPersonOperation)) {
    const wave = waves.get(operation.wave);
    if (wave === undefined) waves.set(operation.wave, [operation]);
    else wave.push(operation);
  }
  return [...waves].sort(([a], [b]) => a - b).map(([, operations]) => operations);
}

function isManagerOperation(operation: Operation): operation is SetManager {
  return operation.kind === 'set-manager';
}

interface Health {
  readonly stopped: TargetError | null;
  /** Aborts when the run ends early: nothing is begun, and nothing waited for, from then on. */
  readonly signal: AbortSignal;
  well(): void;
  ill(error: unknown): void;
}

/** Failures in a row, none of them about a single record, that mean the target is down. */
const UNREACHABLE_IN_A_ROW = 5;
const FAILURES_IN_A_ROW = 20;

/**
 * Refused credentials and a target that asks to wait for too long stop the run at once; a record that is refused, and throttling,
 * say nothing about health (R24).
 * @param stop what else stops the run
 */
function createHealth(stop: AbortSignal | undefined): Health {
  const ending = new AbortController();
  let stopped: TargetError | null = null;
  let strain = 0;
  const end = (error: TargetError) => {
    stopped ??= error;
    ending.abort();
  };
  return {
    get stopped() {
      return stopped;
    },
    signal: stop === undefined ? ending.signal : AbortSignal.any([stop, ending.signal]),
    well() {
      strain = 0;
    },
    ill(error) {
      if (!(error instanceof TargetError) || error.kind === 'interrupted') return;
      if (error.kind === 'refused' && error.status !== 403) strain = 0;
      else if (error.kind !== 'throttled')
        strain +=
          FAILURES_IN_A_ROW / (error.kind === 'unreachable' ? UNREACHABLE_IN_A_ROW : FAILURES_IN_A_ROW);
      const hopeless =
        error.status === 401 || error.kind === 'throttled' || error.code === 'TARGET_REDIRECTED';
      if (hopeless || strain >= FAILURES_IN_A_ROW) end(error);
    },
  };
}

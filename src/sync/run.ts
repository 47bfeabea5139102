/** One run: read → translate → join → plan → guard → apply, over all targets at once. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { BridgeConfig } from '../config/schema.js';
import { BridgeError, type Issue } from '../errors.js';
import type { PersonRecord } from '../identity/person.js';
import { resolveUser } from '../identity/resolve.js';
import type { CompiledRules } from '../identity/rules.js';
import type { Directory } from '../lucca/directory.js';
import type { CompiledMapping } from '../mapping/compile.js';
import type { OnProgress } from '../progress.js';
import type { ApplyResult } from '../push/apply/apply.js';
import type { BudgetLine } from '../push/budget.js';
import type { Plan } from '../push/plan/operation.js';
import { groupRecordsOf, type LuccaGroupRecord } from '../server/bridge/lucca-groups.js';
import { isInTime } from '../server/bridge/store-conflict.js';
import { fileFindings, findDoubles } from './findings.js';
import { countFields, findLostFields } from './lost-fields.js';
import { openRecordBook } from './record-book.js';
import type { TenantState } from './state.js';
import { type Reading, readLucca, type Survey, survey } from './survey.js';
import { learnCapabilities, type Target } from './target.js';
import { applyToTarget, type Books, type PlannedTarget, planTarget } from './target-run.js';

export interface RunOptions {
  /** The instant for which every date is judged, ISO; now when left out. */
  at?: string | undefined;
  /** Names of the targets; all of them when left out. */
  targets?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

export interface TargetPlan {
  target: string;
  /** Null when the target could not be asked; `error` then says why. */
  plan: Plan | null;
  budget: BudgetLine[];
  error: BridgeError | null;
}

export interface TargetPush extends TargetPlan {
  /** Null when nothing was applied. */
  result: ApplyResult | null;
}

/** What a run saw and did, over all its targets. */
export interface RunReport<T extends TargetPlan> extends Reading {
  at: string;
  /** Everything found while reading, translating and matching. */
  issues: Issue[];
  targets: T[];
}

/** What every run of one bridge works with. */
export interface RunContext {
  config: BridgeConfig;
  mapping: CompiledMapping;
  rules: CompiledRules;
  state: TenantState;
  targets: readonly Target[];
  clock: Clock;
  onProgress: OnProgress;
  log: Logger;
}

/** Reads Lucca and translates everybody. */
export async function runTranslate(context: RunContext, options: RunOptions): Promise<Reading> {
  const { found } = await lookAt(await read(context, options), context);
  return found;
}

/** Reads Lucca and plans for each target. Nothing is written to a target. */
export async function runPlan(context: RunContext, options: RunOptions): Promise<RunReport<TargetPlan>> {
  const { found, books } = await lookAt(await read(context, options), context);
  const plans = await overTargets(context, options, async (target) => {
    const { plan, budget } = await planFor(context, target, found, books);
    return { target: target.name, plan, budget, error: null };
  });
  return report(found, plans);
}

/** Reads Lucca, plans, and applies each plan that stays within its budget. */
export async function runPush(context: RunContext, options: RunOptions): Promise<RunReport<TargetPush>> {
  const { found, books } = await learn(await read(context, options), context);
  const pushes = await overTargets(context, options, (target) =>
    pushTo(context, target, found, books, options),
  );
  return report(found, pushes);
}

/** Lucca as it was read, and for which instant. */
interface Seen {
  at: string;
  directory: Directory;
}

async function read(context: RunContext, options: RunOptions): Promise<Seen> {
  const at = instantOf(options, context.clock);
  chooseTargets(context, options);
  const { config, mapping } = context;
  return { at, directory: await readLucca(config, mapping, { ...context, signal: options.signal }) };
}

/** Brings a reading together with what is stored at this moment. */
async function lookAt(
  { at, directory }: Seen,
  { config, mapping, state }: RunContext,
): Promise<{ found: Survey; books: Books }> {
  const books = await openBooks(state);
  const last = await state.readings.get(LAST);
  const lostFields = findLostFields(last?.fields ?? {}, countFields(directory.people)).filter(
    (field) => !config.lucca.emptied.includes(field),
  );
  return { found: survey(directory, mapping, { people: books.people, lostFields }, at), books };
}

const LAST = 'last';

/** Looks at a reading and keeps what it says; looks again when somebody wrote about the same people at the same moment. */
async function learn(seen: Seen, context: RunContext): Promise<{ found: Survey; books: Books }> {
  for (;;) {
    const { found, books } = await lookAt(seen, context);
    if (await isInTime(() => remember(context, found, books))) return { found, books };
  }
}

/** Keeps what was learnt of the people and groups, what needs a decision, and what a trusted reading showed. */
async function remember({ state, rules }: RunContext, found: Survey, books: Books): Promise<void> {
  await books.people.put(found.changed);
  await rememberGroups(state.luccaGroups, found);
  await fileFindings(
    state.conflicts,
    [...found.findings, ...findDoubles(books.people, rules, found.at)],
    found.at,
  );
  if (!found.trusted) return;
  const last = await state.readings.get(LAST);
  const { fields } = found;
  await state.readings.put([{ id: LAST, version: last?.version ?? 0, at: found.at, fields }]);
}

/** The groups of the reading, for the endpoint. */
async function rememberGroups(
  groups: TenantState['luccaGroups'],
  { translation, trusted }: Survey,
): Promise<void> {
  const stored = new Map<string, LuccaGroupRecord>();
  for await (const group of groups.list()) stored.set(group.id, group);
  const { changed, gone } = groupRecordsOf(translation, stored, { complete: trusted });
  await groups.put(changed);
  await groups.delete(gone);
}

async function pushTo(
  context: RunContext,
  target: Target,
  found: Survey,
  books: Books,
  { signal }: RunOptions,
): Promise<TargetPush> {
  const { clock, onProgress } = context;
  const startedAt = new Date(clock.now()).toISOString();
  const planned = await planFor(context, target, found, books);
  const outcome = { target: target.name, plan: planned.plan, budget: planned.budget };
  try {
    const result = await applyToTarget(planned, found, books, { clock, onProgress, signal });
    await recordRun(context, planned, startedAt, result);
    return { ...outcome, result, error: result.stopped };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    await recordRun(context, planned, startedAt, null);
    context.log.error({ target: target.name, code: error.code }, 'the plan was refused');
    return { ...outcome, result: null, error };
  }
}

async function planFor(
  context: RunContext,
  target: Target,
  found: Survey,
  books: Books,
): Promise<PlannedTarget> {
  const capabilities = await learnCapabilities(target, context.state.capabilities, context.clock);
  const effective = (person: PersonRecord) => resolveUser(person, context.rules, found.at);
  return planTarget(target, capabilities, found, books, effective);
}

async function recordRun(
  { state, clock, log }: RunContext,
  { target, plan }: PlannedTarget,
  startedAt: string,
  result: ApplyResult | null,
): Promise<void> {
  const { done = 0, failed = 0, writes = 0, reads = 0 } = result ?? {};
  const outcome =
    result === null ? 'refused' : result.stopped !== null ? 'stopped' : failed > 0 ? 'with-failures' : 'done';
  const endedAt = new Date(clock.now()).toISOString();
  log.info({ target: target.name, outcome, done, failed, writes, reads }, 'run ended');
  // In the order of time, and never the same twice: a clock may stand still.
  const id = `${startedAt} ${target.name} ${randomUUID()}`;
  await state.runs.put([
    {
      id,
      version: 0,
      target: target.name,
      startedAt,
      endedAt,
      outcome,
      planHash: plan.hash,
      done,
      failed,
      writes,
      reads,
    },
  ]);
}

/** Several targets at once; what one of them throws becomes its own outcome. */
function overTargets<T extends TargetPlan>(
  context: RunContext,
  options: RunOptions,
  act: (target: Target) => Promise<T>,
): Promise<(T | (TargetPlan & { result: null }))[]> {
  return Promise.all(
    chooseTargets(context, options).map(async (target) => {
      try {
        return await act(target);
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        context.log.error({ target: target.name, code: error.code }, 'the target could not be used');
        return { target: target.name, plan: null, budget: [], error, result: null };
      }
    }),
  );
}

/** @throws BridgeError TARGET_UNKNOWN for a name that the configuration does not have */
export function chooseTargets(
  { targets }: Pick<RunContext, 'targets'>,
  { targets: names }: RunOptions,
): readonly Target[] {
  if (names === undefined || names.length === 0) return targets;
  return names.map((name) => {
    const target = targets.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    const known = targets.map((candidate) => candidate.name).join(', ') || 'none';
    throw new BridgeError('TARGET_UNKNOWN', `There is no target ${name} in the configuration.`, {
      remedy: `The configured targets are: ${known}.`,
      exitCode: 2,
    });
  });
}

async function openBooks({ people, groups }: TenantState): Promise<Books> {
  return { people: await openRecordBook(people), groups: await openRecordBook(groups) };
}

/** A date or a date and time; engines read far more than that as one, `5` as a day of 2001. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

function instantOf({ at }: RunOptions, clock: Clock): string {
  if (at === undefined) return new Date(clock.now()).toISOString();
  const instant = INSTANT.test(at) ? Date.parse(at) : Number.NaN;
  if (!Number.isNaN(instant)) return new Date(instant).toISOString();
  throw new BridgeError('INSTANT_INVALID', 'The instant asked about is no date and time.', {
    remedy: 'Write it as in 2026-11-21T00:00:00+01:00 or 2026-11-21.',
    exitCode: 2,
  });
}

function report<T extends TargetPlan>(
  { at, directory, translation, issues }: Survey,
  targets: T[],
): RunReport<T> {
  return {
    at,
    directory,
    translation,
    issues: [...directory.issues, ...translation.issues, ...issues],
    targets,
  };
}

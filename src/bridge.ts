/** The composition root: configuration in, a Bridge out. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Logger, pino } from 'pino';
import { type Clock, systemClock } from './clock.js';
import { checkConfig } from './config/check.js';
import type { BridgeConfigInput } from './config/schema.js';
import { nameTenant } from './config/tenant-name.js';
import { BridgeError } from './errors.js';
import { compileRules } from './identity/rules.js';
import { type Probe, probeRights } from './lucca/probe.js';
import { DEFAULT_MAPPING_FILE, loadMapping } from './mapping/load.js';
import type { OnProgress } from './progress.js';
import type { Capabilities } from './push/capabilities.js';
import type { Exchange } from './push/client/journal.js';
import type { PlanDocument } from './push/plan-file/document.js';
import { createServing, type Serving } from './serve/serving.js';
import type { Steward } from './steward/steward.js';
import { watchStore } from './store/fault-watch.js';
import { openStore } from './store/open.js';
import type { Store, Term } from './store/store.js';
import { type ApprovalRecord, type ApprovalRequest, createApprovals } from './sync/approvals.js';
import type { BegunSync } from './sync/begun.js';
import { chooseTargets } from './sync/choose-targets.js';
import { createLeading } from './sync/leading.js';
import { createPlanArchive } from './sync/plan-archive.js';
import { documentOf } from './sync/plan-document.js';
import {
  type RunReport,
  runPlan,
  runPush,
  runTranslate,
  type TargetPlan,
  type TargetPush,
} from './sync/run.js';
import type { PushOptions, RunContext, RunOptions } from './sync/run-context.js';
import { openState } from './sync/state.js';
import { luccaAccess, type Reading } from './sync/survey.js';
import {
  createSyncs,
  type Patience,
  type SyncRecord,
  type SyncResult,
  type SyncTrigger,
} from './sync/syncs.js';
import { learnCapabilities, openTarget, type Target } from './sync/target.js';
import { listBackups } from './upkeep/backup-index.js';
import type { Erase } from './upkeep/erase.js';
import { retire } from './upkeep/retention.js';

export interface BridgeOptions {
  clock?: Clock;
  onProgress?: OnProgress;
  /** Where the bridge logs: codes and ids, no personal data. Silent when left out. */
  log?: Logger;
  /** Told of what happens, for figures: codes, counts and statuses. */
  observer?: Observer;
  /** Where state is kept; what `config.store` or `config.state` names when left out. The caller closes a store of its own. */
  store?: Store;
}

export interface Observer {
  /** A request to a target and its answer. */
  exchanged(target: string, exchange: Pick<Exchange, 'method' | 'status'>): void;
  /** A synchronisation of this process. */
  synchronised(ended: SyncResult): void;
}

export interface TargetCheck {
  target: string;
  /** Null when the target could not be asked; `error` then says why. */
  capabilities: Capabilities | null;
  error: BridgeError | null;
}

export interface CheckReport {
  lucca: Probe;
  targets: TargetCheck[];
}

export interface Bridge
  extends Pick<
    Serving,
    'scimRouter' | 'adminRouter' | 'ssoRouter' | 'health' | 'openConflicts' | 'failing' | 'alarms'
  > {
  /** Asks Lucca, data set by data set, what the credentials may see, and each target what it supports. Writes nothing to either. */
  check(options?: Pick<RunOptions, 'targets'>): Promise<CheckReport>;
  /** Reads Lucca and translates everybody. Asks no target. */
  translate(options?: RunOptions): Promise<Reading>;
  /** Reads Lucca and plans for each target. Writes nothing to a target. */
  plan(options?: RunOptions): Promise<RunReport<TargetPlan>>;
  /**
   * Reads Lucca, plans, and applies what the guards let through: everything, the rows of an earlier plan, or one person. One
   * target's failure never holds the others, and runs of one bridge never overlap.
   * @throws BridgeError INSTANT_AHEAD, PLAN_OTHER_TENANT, PLAN_OTHER_TARGET, PERSON_UNKNOWN, PERSON_AMBIGUOUS
   */
  push(options?: PushOptions): Promise<RunReport<TargetPush>>;
  /**
   * Lets exactly one plan through, once: what is over budget in it, and the adoptions that wait.
   * @param hash of one of the latest plans, its first 8 characters or more
   * @throws BridgeError PLAN_UNKNOWN, PLAN_AMBIGUOUS, APPROVAL_TIME_INVALID, APPROVAL_EXISTS, APPROVAL_USED
   */
  approve(hash: string, request: ApprovalRequest): Promise<ApprovalRecord>;
  /**
   * The document of one of the latest plans, for `push`.
   * @throws BridgeError PLAN_UNKNOWN, PLAN_AMBIGUOUS
   */
  storedPlan(hash: string, target?: string): Promise<PlanDocument>;
  /** Plans just made, as one document that can be kept in a file. */
  planDocument(report: RunReport<TargetPlan>): PlanDocument;
  /**
   * What the schedule runs: reads Lucca, stores what it says, and pushes to every target. Leaves a record for `runs`.
   * @throws BridgeError SYNC_UNDER_WAY while another goes on; what kept Lucca from being read
   */
  sync(trigger?: SyncTrigger): Promise<RunReport<TargetPush>>;
  /**
   * The same for a scheduled instant, which several processes on one PostgreSQL may have in common: one of them runs, the others
   * wait, and take over should it die on the way.
   * @param instant ISO
   * @param options.isPatient false: SYNC_UNDER_WAY instead of waiting
   * @param options.onlyBegun true: only goes on with one that was begun and broken off
   * @returns null when another process did it, or nobody began it
   */
  syncOnSchedule(instant: string, options?: Patience): Promise<RunReport<TargetPush> | null>;
  /** The latest synchronisations, the last one first. */
  runs(limit?: number): Promise<SyncRecord[]>;
  /**
   * Keeps what a sign-in says about a person: SSO as a source of first name, last name and e-mail, without SCIM. The e-mail
   * must be verified. Nobody is created unless told so.
   * @param source under which name it counts in `precedence`, as in `idp:company-login`
   * @throws BridgeError CLAIMS_INVALID, EMAIL_UNVERIFIED, SOURCE_INVALID
   */
  assert: Steward['assert'];
  /** Why a person is as they are. @param person a bridge id, Lucca id or userName */
  explain: Steward['explain'];
  /**
   * Erases a person from the state for good (GDPR article 17), with a receipt. Accounts on targets stay as they are.
   * @throws BridgeError PERSON_UNKNOWN, SYNC_UNDER_WAY; PERSON_STILL_IN_LUCCA without `force`
   */
  erase: Erase;
  /** What admins do: search, override, hand back, and the conflict queue. */
  readonly steward: Steward;
  /** Lets what goes on reach a safe point, then releases everything. */
  close(): Promise<void>;
}

/**
 * Makes a bridge. Nothing is read from Lucca or a target before the first call.
 * @throws BridgeError or FileError with exit code 2 when the mapping, an address or a target's profile is unusable;
 *   STORE_LOCKED when another process uses the state folder
 */
export async function createBridge(input: BridgeConfigInput, options: BridgeOptions = {}): Promise<Bridge> {
  const { server, ...config } = checkConfig(input);
  const { clock = systemClock, onProgress = () => {}, log = pino({ level: 'silent' }), observer } = options;
  const tenant = nameTenant(config);
  const mapping = await loadMapping(config.mapping ?? DEFAULT_MAPPING_FILE);
  const mappingHash = createHash('sha256')
    .update(await readFile(mapping.file))
    .digest('hex');
  const targets = Object.entries(config.targets).map(([name, target]) =>
    openTarget(name, target, {
      clock,
      // What a target says that makes no sense is for everybody to see; the rest is for those who look for it.
      journal(exchange) {
        log[exchange.answer === undefined ? 'debug' : 'warn']({ target: name, ...exchange }, 'exchange');
        observer?.exchanged(name, exchange);
      },
      permit: () => leading.confirm(),
    }),
  );
  const rules = compileRules(config.precedence);
  const opened =
    options.store ?? (await openStore(config, ({ code, message }) => log.warn({ code }, message)));
  const { store, fault: storeFault } = watchStore(opened, () => new Date(clock.now()).toISOString());
  const release = async () => {
    await Promise.all(targets.map(({ client }) => client.close()));
    if (options.store === undefined) await store.close();
  };
  const contextIn = (kept: Pick<Store, 'collection'>): RunContext => {
    const state = openState(kept, tenant);
    const archive = createPlanArchive(state.plans, state.approvals);
    const approvals = createApprovals(state.approvals, archive, clock);
    const tools = { targets, clock, onProgress, log };
    return { config, tenant, mapping, mappingHash, rules, state, archive, approvals, ...tools };
  };
  const context = contextIn(store);
  const { archive, approvals } = context;

  const inTurn = createLine();
  const leading = createLeading(store, tenant, inTurn);
  const pushIn = async ({ store: kept, signal: lost }: Term, choice: PushOptions) => {
    const signal = choice.signal === undefined ? lost : AbortSignal.any([choice.signal, lost]);
    const report = await runPush(contextIn(kept), { ...choice, signal });
    // Many may be pushed one by one, and each would renew the snapshot.
    if (choice.person === undefined) await retireOld(context, store, tenant);
    return report;
  };
  const syncs = createSyncs({
    lead: leading.begin,
    run: (term, signal) => leading.run((current) => pushIn(current, { signal, reconcile: 'due' }), term),
    begunIn: (kept) => kept.collection<BegunSync>(tenant, 'scheduled-syncs'),
    recordsIn: (kept) => kept.collection<SyncRecord>(tenant, 'syncs'),
    store,
    clock,
    log,
    onEnd: observer?.synchronised,
  });
  const serving = await createServing({
    config: { server, schedule: config.schedule, targets: config.targets },
    store,
    storeFault,
    tenant,
    rules,
    syncs,
    inTurn: (work) => leading.run(work),
    backups: () => listBackups(config.state),
    plans: { archive, approvals },
    clock,
    log,
  }).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  return {
    ...serving,
    assert: serving.steward.assert,
    explain: serving.steward.explain,
    sync: async (trigger = 'call') => (await syncs.start(trigger)).done,
    syncOnSchedule: (instant, how) => syncs.startOnSchedule(instant, how),
    runs: (limit) => syncs.list(limit),
    async check(choice = {}) {
      const chosen = chooseTargets(context, choice.targets);
      const lucca = await probeRights(luccaAccess(config, mapping, context));
      return { lucca, targets: await Promise.all(chosen.map((target) => checkTarget(target, context))) };
    },
    translate: (choice = {}) => inTurn(() => runTranslate(context, choice)),
    plan: (choice = {}) => inTurn(() => runPlan(context, choice)),
    push: (choice = {}) => leading.run((term) => pushIn(term, choice)),
    approve: approvals.approve,
    storedPlan: async (hash, target) => archive.open(await archive.find(hash, target)),
    planDocument: (report) => documentOf(report, context),
    async close() {
      await syncs.stop();
      await inTurn(async () => {});
      await serving.close();
      await release();
    },
  };
}

/** Records age out after each push; when that fails, what was pushed stands all the same. */
async function retireOld({ config, clock, log }: RunContext, store: Store, tenant: string): Promise<void> {
  try {
    const removed = await retire(store, tenant, config.retention, new Date(clock.now()).toISOString());
    log.info({ removed }, 'old records were removed');
  } catch (error) {
    const code = error instanceof BridgeError ? error.code : 'UNEXPECTED';
    log.error({ code, ...(code === 'UNEXPECTED' && { err: error }) }, 'old records could not be removed');
  }
}

/** One run at a time: each waits for the one before it, however that ended. */
function createLine(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const turn = last.then(run, run);
    last = turn.catch(() => {});
    return turn;
  };
}

async function checkTarget(target: Target, { state, clock }: RunContext): Promise<TargetCheck> {
  try {
    const capabilities = await learnCapabilities(target, state.capabilities, clock, { afresh: true });
    return { target: target.name, capabilities, error: null };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return { target: target.name, capabilities: null, error };
  }
}

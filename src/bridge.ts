/** The composition root: configuration in, a Bridge out. */
import { type Logger, pino } from 'pino';
import { type Clock, systemClock } from './clock.js';
import { type BridgeConfig, type BridgeConfigInput, bridgeConfigSchema } from './config/schema.js';
import { BridgeError } from './errors.js';
import { compileRules } from './identity/rules.js';
import { parseTenantAddress } from './lucca/address.js';
import { type Probe, probeRights } from './lucca/probe.js';
import { DEFAULT_MAPPING_FILE, loadMapping } from './mapping/load.js';
import type { OnProgress } from './progress.js';
import type { Capabilities } from './push/capabilities.js';
import { createServing, type Serving } from './serve/serving.js';
import type { Steward } from './steward/steward.js';
import { openLowdbStore } from './store/lowdb.js';
import type { Store } from './store/store.js';
import {
  chooseTargets,
  type RunContext,
  type RunOptions,
  type RunReport,
  runPlan,
  runPush,
  runTranslate,
  type TargetPlan,
  type TargetPush,
} from './sync/run.js';
import { openState } from './sync/state.js';
import { luccaAccess, type Reading } from './sync/survey.js';
import { createSyncs, type SyncRecord, type SyncTrigger } from './sync/syncs.js';
import { learnCapabilities, openTarget, type Target } from './sync/target.js';

export interface BridgeOptions {
  clock?: Clock;
  onProgress?: OnProgress;
  /** Where the bridge logs: codes and ids, no personal data. Silent when left out. */
  log?: Logger;
  /** Where state is kept; lowdb files in `config.state` when left out. The caller closes a store of its own. */
  store?: Store;
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

export interface Bridge extends Pick<Serving, 'scimRouter' | 'adminRouter' | 'ssoRouter' | 'health'> {
  /** Asks Lucca, data set by data set, what the credentials may see, and each target what it supports. Writes nothing to either. */
  check(options?: Pick<RunOptions, 'targets'>): Promise<CheckReport>;
  /** Reads Lucca and translates everybody. Asks no target. */
  translate(options?: RunOptions): Promise<Reading>;
  /** Reads Lucca and plans for each target. Writes nothing to a target. */
  plan(options?: RunOptions): Promise<RunReport<TargetPlan>>;
  /**
   * Reads Lucca, plans, and applies each plan that stays within its budget. One target's failure never holds the others, and
   * runs of one bridge never overlap.
   */
  push(options?: RunOptions): Promise<RunReport<TargetPush>>;
  /**
   * What the schedule runs: reads Lucca, stores what it says, and pushes to every target. Leaves a record for `runs`.
   * @throws BridgeError SYNC_UNDER_WAY while another goes on; what kept Lucca from being read
   */
  sync(trigger?: SyncTrigger): Promise<RunReport<TargetPush>>;
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
  const { clock = systemClock, onProgress = () => {}, log = pino({ level: 'silent' }) } = options;
  const tenant = config.tenant ?? hostKey(parseTenantAddress(config.lucca.address).baseUrl);
  const mapping = await loadMapping(config.mapping ?? DEFAULT_MAPPING_FILE);
  const targets = Object.entries(config.targets).map(([name, target]) =>
    openTarget(name, target, {
      clock,
      journal: (exchange) => log.debug({ target: name, ...exchange }, 'exchange'),
    }),
  );
  const rules = compileRules(config.precedence);
  const store =
    options.store ??
    (await openLowdbStore({
      folder: config.state,
      onProblem: ({ code, message }) => log.warn({ code }, message),
    }));
  const release = async () => {
    await Promise.all(targets.map(({ client }) => client.close()));
    if (options.store === undefined) await store.close();
  };
  const context: RunContext = {
    config,
    mapping,
    rules,
    state: openState(store, tenant),
    targets,
    clock,
    onProgress,
    log,
  };

  const inTurn = createTurns();
  const syncs = createSyncs({
    run: (signal) => inTurn(() => runPush(context, { signal })),
    records: store.collection<SyncRecord>(tenant, 'syncs'),
    clock,
    log,
  });
  const serving = await createServing({
    config: { server, schedule: config.schedule },
    store,
    tenant,
    rules,
    syncs,
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
    sync: async (trigger = 'call') => syncs.start(trigger).done,
    runs: (limit) => syncs.list(limit),
    async check(choice = {}) {
      const chosen = chooseTargets(context, choice);
      const lucca = await probeRights(luccaAccess(config, mapping, context));
      return { lucca, targets: await Promise.all(chosen.map((target) => checkTarget(target, context))) };
    },
    translate: (choice = {}) => inTurn(() => runTranslate(context, choice)),
    plan: (choice = {}) => inTurn(() => runPlan(context, choice)),
    push: (choice = {}) => inTurn(() => runPush(context, choice)),
    async close() {
      await syncs.stop();
      await inTurn(async () => {});
      await serving.close();
      await release();
    },
  };
}

/** One run at a time: each waits for the one before it, however that ended. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const turn = last.then(run, run);
    last = turn.catch(() => {});
    return turn;
  };
}

/** The tenant's host, in letters that a state file may carry. */
function hostKey(baseUrl: string): string {
  return new URL(baseUrl).host.replaceAll(/[^a-z0-9.-]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** @throws BridgeError CONFIG_INVALID, with every setting that is wrong */
function checkConfig(input: BridgeConfigInput): BridgeConfig {
  const result = bridgeConfigSchema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'config'}: ${message}`,
  );
  throw new BridgeError('CONFIG_INVALID', `The configuration cannot be used: ${faults.join('; ')}.`, {
    remedy: 'docs/configuration.md lists every setting.',
    exitCode: 2,
  });
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

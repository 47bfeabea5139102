/** What the parts of a run share: what they work with, and what they are asked. */
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { BridgeConfig } from '../config/schema.js';
import type { CompiledRules } from '../identity/rules.js';
import type { CompiledMapping } from '../mapping/compile.js';
import type { OnProgress } from '../progress.js';
import type { PlanDocument } from '../push/plan-file/document.js';
import type { Approvals } from './approvals.js';
import type { PlanArchive } from './plan-archive.js';
import type { WhenToReconcile } from './reconcile.js';
import type { TenantState } from './state.js';
import type { Target } from './target.js';

export interface RunOptions {
  /** The instant for which every date is judged, ISO; now when left out. */
  at?: string | undefined;
  /** Names of the targets; all of them when left out. */
  targets?: readonly string[] | undefined;
  /** Reads the targets page by page and compares them with what was sent; left out, nothing is read when nothing changed. */
  reconcile?: WhenToReconcile | undefined;
  /** With `reconcile`: makes anew what is missing on a target even when that is nearly everything. */
  remake?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface PushOptions extends RunOptions {
  /** An earlier plan: only its rows are applied, as far as they are still wanted in just that form. */
  plan?: PlanDocument | undefined;
  /** One person alone: a bridge id, Lucca id, userName or e-mail. */
  person?: string | undefined;
  /** Pushes although `at` lies more than a day ahead. */
  ahead?: boolean | undefined;
}

/** What every run of one bridge works with. */
export interface RunContext {
  config: BridgeConfig;
  /** The key of the customer in the state. */
  tenant: string;
  mapping: CompiledMapping;
  /** SHA-256 of the mapping file. */
  mappingHash: string;
  rules: CompiledRules;
  state: TenantState;
  archive: PlanArchive;
  approvals: Approvals;
  targets: readonly Target[];
  clock: Clock;
  onProgress: OnProgress;
  log: Logger;
}

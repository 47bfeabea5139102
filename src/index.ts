/** Public API of lucca-scim-bridge. Simulators and test doubles are in `lucca-scim-bridge/testing`. */
export {
  type Bridge,
  type BridgeOptions,
  type CheckReport,
  createBridge,
  type Observer,
  type TargetCheck,
} from './bridge.js';
export { type Clock, systemClock } from './clock.js';
export { loadConfig } from './config/load.js';
export { loadProcess, type ProcessConfig } from './config/load-process.js';
export type { BridgeConfig, BridgeConfigInput } from './config/schema.js';
export { FileError, type FileProblem } from './config/yaml-file.js';
export { BridgeError, type Issue, type IssueSubject } from './errors.js';
export type { Conflict } from './identity/conflicts.js';
export type { Provenance, Voice } from './identity/explain.js';
export type { JsonObject, JsonValue } from './json.js';
export type * from './lucca/directory.js';
export type {
  IdMaker,
  Lifecycle,
  TranslatedGroup,
  TranslatedUser,
  Translation,
} from './mapping/translation.js';
export type { OnProgress, Progress } from './progress.js';
export type { ApplyResult, OperationOutcome } from './push/apply/apply.js';
export type { Capabilities } from './push/capabilities.js';
export { BudgetError, type BudgetLine } from './push/guard/budget.js';
export type * from './push/plan/operation.js';
export { printPlan } from './push/print-plan.js';
export { type LuccaGroup, type LuccaUnitReference, readLuccaGroup } from './scim/schemas/lucca-group.js';
export { type LuccaReference, type LuccaUser, readLuccaUser } from './scim/schemas/lucca-user.js';
export type { Health } from './serve/health.js';
export { type ServerProcess, serve } from './serve/serve.js';
export { serveTenants, type TenantsProcess } from './serve/tenants/serve-tenants.js';
export { inFrontOf } from './server/in-front.js';
export type { ScimHandler } from './server/scim-request.js';
export type { SignInClaims } from './steward/claims.js';
export type { Disagreement, DisagreementPage, Explanation, PersonSummary } from './steward/explain.js';
export type { HandBack, ManualOverride } from './steward/manual.js';
export type { SignInOutcome } from './steward/sign-in.js';
export type { Steward } from './steward/steward.js';
export { createMemoryStore } from './store/memory.js';
export type { Change as StoreChange, Collection, Store, StoredRecord } from './store/store.js';
export type { ApprovalRecord, ApprovalRequest } from './sync/approvals.js';
export type { RunReport, TargetPlan, TargetPush } from './sync/run.js';
export type { PushOptions, RunOptions } from './sync/run-context.js';
export type { SyncedTarget, SyncOutcome, SyncRecord, SyncTrigger } from './sync/syncs.js';

/**
 * The Lucca simulator: an HTTP server that answers as a Lucca tenant does, through an API key (v3, v4) and through
 * OAuth client credentials (the current API), over one company that tests can edit, break and move in time.
 */
export type { Calendar, Standing } from './calendar.js';
export type { Change } from './change.js';
export type { Duration, SimulatorClock } from './clock.js';
export type {
  Axis,
  Company,
  ContractType,
  CustomField,
  Department as SimulatedDepartment,
  Employment as SimulatedEmployment,
  Establishment as SimulatedEstablishment,
  LegalEntity as SimulatedLegalEntity,
  Person as SimulatedPerson,
  Position as SimulatedPosition,
  Section as SimulatedSection,
} from './company.js';
export { acmeCompany, loadCompany, parseCompany } from './company-file.js';
export type { Credentials } from './credentials.js';
export type { HireInput } from './edit-rules.js';
export type { Edits, MoveInput, RehireInput } from './edits.js';
export type { ActiveFault, Fault, FaultTarget, RowFault, WireFault } from './faults.js';
export { type GenerateOptions, generateCompany } from './generator/generate.js';
export type { QuotaOptions } from './quota.js';
export type { LoggedRequest } from './request-log.js';
export { type ApiKeyRights, FULL_RIGHTS, type OAuthRights, type Rights, type RightsPatch } from './rights.js';
export {
  type LuccaSimulator,
  type LuccaSimulatorOptions,
  type SimulatedLuccaConfig,
  startLuccaSimulator,
} from './simulator.js';
export type { CompanyState } from './state.js';
export type { Switches } from './switches.js';

/** The SCIM target simulator: a strict SCIM 2.0 server over resources in memory, with faults on demand. */
export type { FaultHook, TargetFault } from './faults.js';
export type { RequestCounters, TargetRequest } from './request-log.js';
export { startTargetSimulator, type TargetSimulator, type TargetSimulatorOptions } from './simulator.js';

/** SCIM target simulators: a strict SCIM 2.0 server over resources in memory, with faults on demand, and a zoo of habits. */
export type { FaultHook, TargetFault } from './faults.js';
export { PRESET_NAMES, PRESETS, type Preset, type PresetName } from './presets.js';
export type { RequestCounters, TargetRequest } from './request-log.js';
export { startTargetSimulator, type TargetSimulator, type TargetSimulatorOptions } from './simulator.js';
export { type Allowance, PLAIN_SWITCHES, type TargetSwitches, type Trouble } from './switches.js';

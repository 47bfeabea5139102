/** Everything the routes share: one company, one clock, one quota, and the switches. */
import type { Calendar } from './calendar.js';
import type { SimulatorClock } from './clock.js';
import type { Credentials } from './credentials.js';
import type { FaultDesk } from './faults.js';
import type { QueryCache } from './query-cache.js';
import type { Quota } from './quota.js';
import type { RequestLog } from './request-log.js';
import type { Rights } from './rights.js';
import type { CompanyState } from './state.js';
import type { Switches } from './switches.js';

export interface Simulation {
  readonly state: CompanyState;
  readonly clock: SimulatorClock;
  readonly calendar: Calendar;
  readonly quota: Quota;
  readonly faults: FaultDesk;
  readonly log: RequestLog;
  readonly cache: QueryCache;
  readonly credentials: Credentials;
  readonly switches: Switches;
  /** Replaced as a whole when they change. */
  rights: Rights;
  /** Address of the tenant, without a slash at the end. */
  url: string;
}

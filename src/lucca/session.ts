/** What one reading of Lucca shares: the tenant, time, connections, limits and the request ledger. */
import { Agent, type Dispatcher } from 'undici';
import type { OnProgress } from '../progress.js';
import { parseTenantAddress } from './address.js';
import { type Clock, systemClock } from './clock.js';
import { DEFAULT_LIMITS, type HttpLimits } from './exchange.js';
import { DEFAULT_QUOTA, ledgerOf, type Quota, type RequestLedger } from './ledger.js';

export interface SessionOptions {
  /** The tenant in any form that `parseTenantAddress` takes. */
  tenant: string;
  clock?: Clock;
  /** Between 0 and 1, for the jitter of retries. */
  random?: () => number;
  /** The process-wide ledger of the tenant when left out. */
  ledger?: RequestLedger;
  quota?: Quota;
  limits?: Partial<HttpLimits>;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export interface Session {
  /** Base URL of the tenant. */
  readonly tenant: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly dispatcher: Dispatcher;
  readonly limits: HttpLimits;
  readonly ledger: RequestLedger;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
}

/** Opens connections for one piece of work and closes them when it ends, well or badly. */
export async function withSession<T>(
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const tenant = parseTenantAddress(options.tenant).baseUrl;
  const clock = options.clock ?? systemClock;
  const dispatcher = new Agent({ connectTimeout: 10_000, keepAliveTimeout: 30_000, connections: 4 });
  try {
    return await work({
      tenant,
      clock,
      random: options.random ?? Math.random,
      dispatcher,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      ledger: options.ledger ?? ledgerOf(tenant, clock, options.quota ?? DEFAULT_QUOTA),
      onProgress: options.onProgress ?? (() => {}),
      signal: options.signal,
    });
  } finally {
    await dispatcher.destroy();
  }
}

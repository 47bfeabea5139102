/** The queues that fit the store: shared where the state is shared. */
import type { Logger } from 'pino';
import type { BridgeConfig } from '../config/schema.js';
import { BridgeError } from '../errors.js';
import { createMemoryQueues } from './memory.js';
import type { Queues } from './queue.js';

/** @throws BridgeError STORE_UNAVAILABLE, STORE_READ_ONLY */
export async function openQueues({ store }: Pick<BridgeConfig, 'store'>, log: Logger): Promise<Queues> {
  const onProblem = (problem: unknown) => {
    const known =
      problem instanceof BridgeError ? { code: problem.code } : { code: 'UNEXPECTED', err: problem };
    log.warn(known, 'a task could not be finished');
  };
  if (store === undefined) return createMemoryQueues(onProblem);
  // Loaded only where it is wanted: it brings two packages along.
  const { openPostgresQueues } = await import('./postgres.js');
  return openPostgresQueues({ url: store.postgres.url, onProblem });
}

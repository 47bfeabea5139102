/** Watches over tenants while a process serves: looks for alarms and has them delivered. */
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { Queues } from '../../queue/queue.js';
import { createLookForAlarms, type Guarded } from './alarms.js';
import { createDeliverer, type Delivery } from './webhook.js';

export interface Guard {
  /** Looks now; also happens by itself. Never rejects. */
  look(): Promise<void>;
  waiting(): Promise<number>;
  close(): Promise<void>;
}

export interface GuardedTenant extends Guarded {
  /** Where its alerts go. */
  webhook: string;
}

export interface GuardOptions {
  queues: Queues;
  guarded: readonly GuardedTenant[];
  clock: Clock;
  log: Logger;
}

const LOOK_EVERY_MS = 30_000;
const DELIVERIES_AT_ONCE = 4;

export async function startGuard({ queues, guarded, clock, log }: GuardOptions): Promise<Guard> {
  const deliveries = await queues.open<Delivery>('alerts', { atOnce: DELIVERIES_AT_ONCE });
  const addresses = new Map(guarded.map(({ tenant, webhook }) => [tenant, webhook]));
  deliveries.work(createDeliverer((tenant) => addresses.get(tenant), clock, log));
  const lookForAlarms = createLookForAlarms({
    deliveries,
    now: () => new Date(clock.now()).toISOString(),
  });
  let looking: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    looking = looking.then(async () => {
      try {
        await lookForAlarms(guarded);
      } catch (error) {
        log.error({ err: error }, 'alarms could not be looked for');
      }
    });
    return looking;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  void look();
  return {
    look,
    waiting: () => deliveries.waiting(),
    async close() {
      clearInterval(timer);
      await looking;
      await deliveries.close();
    },
  };
}

/**
 * How many requests a client may send. Counting is left to a store of express-rate-limit, so that several processes can
 * share one (Redis, PostgreSQL …); its middleware is not used, as it costs a tenth of the requests a second.
 */
import { MemoryStore, type Options, type Store } from 'express-rate-limit';
import { tooManyRequests } from '../scim/errors.js';
import { type Answer, errorAnswer } from './answer.js';
import type { Client } from './backend.js';

export interface RateLimit {
  /** Requests that one client may send in a window. */
  requests: number;
  /** Length of the window in seconds; 60 when left out. */
  seconds?: number;
  /** Where the counts are kept; in memory when left out. */
  store?: Store;
}

/** Counts one request of a client; the 429 answer with Retry-After when it is one too many. */
export type Limiter = (client: Client) => Promise<Answer | undefined>;

/** @param now the clock, in milliseconds. */
export function createLimiter({ requests, seconds = 60, store }: RateLimit, now: () => number): Limiter {
  const counts = store ?? new MemoryStore();
  const ready = Promise.resolve(counts.init?.({ windowMs: seconds * 1000 } as Options));
  return async (client) => {
    await ready;
    const { totalHits, resetTime } = await counts.increment(client.name);
    if (totalHits <= requests) return undefined;
    const wait = Math.ceil(((resetTime?.getTime() ?? now() + seconds * 1000) - now()) / 1000);
    return errorAnswer(tooManyRequests(`More than ${requests} requests in ${seconds} seconds.`), {
      'Retry-After': String(Math.max(1, wait)),
    });
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lucca/clock.js';
import { ledgerOf, RequestLedger } from '../../src/lucca/ledger.js';
import { FakeClock } from './support/fake-clock.js';
import { rejectionOf } from './support/thrown.js';

const MINUTE = 60_000;

/** A Lucca that counts requests as they arrive, in a sliding minute, shared with another client. */
class Tenant {
  readonly arrivals: number[] = [];
  readonly #clock: FakeClock;
  readonly #others: number;
  readonly #quota: number;

  constructor(clock: FakeClock, quota: number, others = 0) {
    this.#clock = clock;
    this.#quota = quota;
    this.#others = others;
  }

  /** Takes a request: it arrives somewhere between sending and answer. False is a 429. */
  async answer(latency: number, share: number): Promise<boolean> {
    await this.#clock.sleep(latency * share);
    const now = this.#clock.now();
    const granted = countSince(this.arrivals, now - MINUTE) + this.#others < this.#quota;
    if (granted) this.arrivals.push(now);
    await this.#clock.sleep(latency * (1 - share));
    return granted;
  }
}

describe('the request ledger', () => {
  it('never lets more than the quota less the reserve arrive in any sliding minute', async () => {
    const request = fc.record({
      latency: fc.integer({ min: 0, max: 9000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      pause: fc.integer({ min: 0, max: 20_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.array(request, { maxLength: 30 }), { minLength: 1, maxLength: 4 }),
        async (requestsPerMinute, reserve, clients) => {
          const clock = new FakeClock();
          const ledger = new RequestLedger(clock, { requestsPerMinute, reserve });
          const tenant = new Tenant(clock, Number.POSITIVE_INFINITY);
          await Promise.all(
            clients.map(async (requests) => {
              for (const { latency, share, pause } of requests) {
                await clock.sleep(pause);
                await ledger.spend(() => tenant.answer(latency, share));
              }
            }),
          );
          expect(busiestMinute(tenant.arrivals)).toBeLessThanOrEqual(
            Math.max(1, requestsPerMinute - reserve),
          );
          expect(tenant.arrivals).toHaveLength(clients.flat().length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lets the whole allowance go at once, then waits a minute and says so', async () => {
    const clock = new FakeClock();
    const ledger = new RequestLedger(clock);
    const waits: number[] = [];
    const start = clock.now();
    for (let sent = 0; sent < 46; sent++) {
      await ledger.spend(async () => undefined, { onWait: (ms) => waits.push(ms) });
    }
    expect(waits).toEqual([MINUTE]);
    expect(clock.now() - start).toBe(MINUTE);
  });

  it('gets through although another client takes 30 of the 50, and is refused now and then only', async () => {
    const clock = new FakeClock();
    const ledger = new RequestLedger(clock);
    const tenant = new Tenant(clock, 50, 30);
    let refusals = 0;
    for (let done = 0; done < 200; ) {
      const granted = await ledger.spend(() => tenant.answer(300, 0.5));
      if (granted) {
        done += 1;
      } else {
        refusals += 1;
        ledger.refused(null);
      }
    }
    expect(refusals).toBeLessThan(20);
    expect(busiestMinute(tenant.arrivals)).toBeLessThanOrEqual(20);
  });

  it('stays away as long as a 429 says, and grows back when it is quiet', async () => {
    const clock = new FakeClock();
    const ledger = new RequestLedger(clock, { requestsPerMinute: 50, reserve: 0 });
    for (let sent = 0; sent < 10; sent++) await ledger.spend(async () => undefined);
    const refusedAt = clock.now();
    ledger.refused(17_000);
    expect(ledger.allowance).toBe(9);
    await ledger.spend(async () => undefined);
    expect(clock.now() - refusedAt).toBeGreaterThanOrEqual(17_000);
    await clock.sleep(10 * MINUTE);
    expect(ledger.allowance).toBe(50);
  });

  it('does not stay away longer than five minutes, whatever Lucca says', async () => {
    const clock = new FakeClock();
    const ledger = new RequestLedger(clock);
    const start = clock.now();
    ledger.refused(24 * 60 * MINUTE);
    await ledger.spend(async () => undefined);
    expect(clock.now() - start).toBe(5 * MINUTE);
  });

  it('counts a request that fails like any other', async () => {
    const clock = new FakeClock();
    const ledger = new RequestLedger(clock, { requestsPerMinute: 1, reserve: 0 });
    const failure = new Error('no answer');
    expect(await rejectionOf(ledger.spend(() => Promise.reject(failure)))).toBe(failure);
    const start = clock.now();
    await ledger.spend(async () => undefined);
    expect(clock.now() - start).toBe(MINUTE);
  });

  it('stops waiting when the work is called off', async () => {
    const ledger = new RequestLedger(systemClock, { requestsPerMinute: 1, reserve: 0 });
    await ledger.spend(async () => undefined);
    const calledOff = new AbortController();
    const waiting = ledger.spend(async () => 'sent', {
      signal: calledOff.signal,
      onWait: () => calledOff.abort(),
    });
    expect(await rejectionOf(waiting)).toMatchObject({ name: 'AbortError' });
  });

  it('is one per tenant in a process, and takes a new quota', async () => {
    const clock = new FakeClock();
    const ledger = ledgerOf('https://acme.ilucca.net', clock);
    expect(ledgerOf('https://acme.ilucca.net', clock, { requestsPerMinute: 20, reserve: 2 })).toBe(ledger);
    expect(ledger.allowance).toBe(18);
    expect(ledgerOf('https://other.ilucca.net', clock)).not.toBe(ledger);
  });
});

function countSince(instants: readonly number[], since: number): number {
  return instants.filter((instant) => instant > since).length;
}

function busiestMinute(instants: readonly number[]): number {
  const sorted = [...instants].sort((a, b) => a - b);
  return sorted.reduce((most, last, index) => {
    const within = sorted.slice(0, index + 1).filter((instant) => instant > last - MINUTE);
    return Math.max(most, within.length);
  }, 0);
}

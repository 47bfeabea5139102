/** Counts requests against the allowances of a simulated target. */
import type { TargetRequest } from './request-log.js';
import type { Allowance } from './switches.js';

export class Allowances {
  readonly #now: () => number;
  /** Instants of the requests that were let through, by allowance. */
  readonly #taken = new Map<Allowance, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds to wait; 0 = the request may go on, and is counted. */
  take(request: TargetRequest, allowances: readonly Allowance[]): number {
    const now = this.#now();
    const counting = allowances.filter((allowance) => counts(allowance, request));
    const waits = counting.map((allowance) => this.#wait(allowance, now));
    const longest = Math.max(0, ...waits);
    if (longest === 0) for (const allowance of counting) this.#taken.get(allowance)?.push(now);
    return Math.ceil(longest / 1000);
  }

  #wait(allowance: Allowance, now: number): number {
    const span = allowance.seconds * 1000;
    const recent = (this.#taken.get(allowance) ?? []).filter((at) => at > now - span);
    this.#taken.set(allowance, recent);
    return recent.length < allowance.requests ? 0 : (recent[0] ?? now) + span - now;
  }
}

function counts({ methods, path }: Allowance, request: TargetRequest): boolean {
  return (methods?.includes(request.method) ?? true) && (path === undefined || request.path.startsWith(path));
}

/** Faults on demand: what goes wrong, on which route, on which request or page, how many times. */
import type { JsonValue } from '../../json.js';

/** Where and when a fault strikes. */
export interface FaultTarget {
  /** A path without query, any letter case (`/api/v3/users`), or a prefix followed by `*` (`/lucca-api/*`). */
  route: string;
  /** Only requests for this page, 1 being the first; any page when left out. */
  page?: number;
  /** The first of the matching requests to be struck, counted from now; 1 when left out. */
  nth?: number;
  /** How many requests are struck from then on; 1 when left out, Infinity for all. */
  times?: number;
}

/** What goes wrong with the rows of a page. */
export type RowFault =
  /** No rows, although the totals promise some. */
  | { kind: 'empty-page' }
  /** The rows of the next page come instead. */
  | { kind: 'missing-page' }
  /** Somebody was inserted before this page meanwhile: it begins with the last row of the page before. */
  | { kind: 'moved-row' }
  /** The total is smaller than it was, by 1 or by `by`. */
  | { kind: 'shrinking-total'; by?: number }
  /** The last row of the page comes twice. */
  | { kind: 'duplicate-row' }
  /** A field of one row (the first, or `row` counted from 0) has a value of another type. */
  | { kind: 'wrong-type'; field: string; value: JsonValue; row?: number };

/** What goes wrong with the answer as a whole. */
export type WireFault =
  /** Status 200 and a page of HTML, as a proxy or a sign-in page gives. */
  | { kind: 'html' }
  | { kind: 'redirect'; location?: string }
  | { kind: 'truncated' }
  /** A real delay before the answer. */
  | { kind: 'slow'; milliseconds: number }
  | { kind: 'error'; status: number; retryAfter?: string }
  /** The connection is cut without an answer. */
  | { kind: 'reset' };

export type Fault = FaultTarget & (RowFault | WireFault);

/** A fault that was set: how often it struck, and how to take it back. */
export interface ActiveFault {
  readonly id: number;
  readonly fault: Fault;
  readonly strikes: number;
  remove(): void;
}

interface Entry {
  id: number;
  fault: Fault;
  seen: number;
  strikes: number;
}

export class FaultDesk {
  #entries: Entry[] = [];
  #lastId = 0;

  add(fault: Fault): ActiveFault {
    this.#lastId += 1;
    const entry: Entry = { id: this.#lastId, fault, seen: 0, strikes: 0 };
    this.#entries.push(entry);
    return this.#show(entry);
  }

  all(): ActiveFault[] {
    return this.#entries.map((entry) => this.#show(entry));
  }

  clear(): void {
    this.#entries = [];
  }

  /** The faults that strike this request; asking counts the request. */
  strike(path: string, page: number): Fault[] {
    return this.#entries
      .filter(({ fault }) => matchesRoute(fault.route, path) && (fault.page ?? page) === page)
      .filter((entry) => {
        entry.seen += 1;
        const first = entry.fault.nth ?? 1;
        const strikes = entry.seen >= first && entry.seen < first + (entry.fault.times ?? 1);
        if (strikes) entry.strikes += 1;
        return strikes;
      })
      .map(({ fault }) => fault);
  }

  #show(entry: Entry): ActiveFault {
    return {
      id: entry.id,
      fault: entry.fault,
      get strikes() {
        return entry.strikes;
      },
      remove: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }
}

function matchesRoute(route: string, path: string): boolean {
  const wanted = route.toLowerCase();
  const asked = path.toLowerCase();
  return wanted.endsWith('*') ? asked.startsWith(wanted.slice(0, -1)) : asked === wanted;
}

/** What was asked of the simulator: the last requests in full, and counters that never forget. No header is kept. */
export interface LoggedRequest {
  /** 1 for the first request since the start. */
  readonly number: number;
  /** On the simulator's clock. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** 0 when the connection was cut before an answer. */
  readonly status: number;
}

const KEPT = 10_000;

export class RequestLog {
  #requests: LoggedRequest[] = [];
  #total = 0;
  readonly #byPath = new Map<string, number>();
  readonly #byStatus = new Map<number, number>();

  add(request: Omit<LoggedRequest, 'number'>): void {
    this.#total += 1;
    this.#requests.push({ number: this.#total, ...request });
    if (this.#requests.length > KEPT) this.#requests = this.#requests.slice(-KEPT / 2);
    this.#byPath.set(request.path, (this.#byPath.get(request.path) ?? 0) + 1);
    this.#byStatus.set(request.status, (this.#byStatus.get(request.status) ?? 0) + 1);
  }

  /** The last requests, oldest first. */
  all(): readonly LoggedRequest[] {
    return this.#requests;
  }

  /** Requests since the start or the last `clear`, in total, by path and by status. */
  counters(): { total: number; byPath: Record<string, number>; byStatus: Record<string, number> } {
    return {
      total: this.#total,
      byPath: Object.fromEntries(this.#byPath),
      byStatus: Object.fromEntries(this.#byStatus),
    };
  }

  clear(): void {
    this.#requests = [];
    this.#total = 0;
    this.#byPath.clear();
    this.#byStatus.clear();
  }
}

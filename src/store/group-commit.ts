/** Group commit: whoever waits while one batch is on its way to the disk shares the next one. */
import type { Journal } from './journal.js';
import { BatchPlan, type Entry, type Tables, type Write } from './tables.js';

interface Job {
  write: Write;
  resolve: (entries: readonly Entry[]) => void;
  reject: (error: unknown) => void;
}

/** Told about each batch once it is durable and in the tables, before its callers are answered. */
export type Committed = (entries: readonly Entry[], bytes: number) => void;

export class GroupCommit {
  readonly #journal: Journal;
  readonly #tables: Tables;
  readonly #committed: Committed;
  #last: number;
  #queue: Job[] = [];
  #pauses: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;

  /** @param last Number of the last batch in the journal; 0 for none. */
  constructor(journal: Journal, tables: Tables, last: number, committed: Committed) {
    this.#journal = journal;
    this.#tables = tables;
    this.#last = last;
    this.#committed = committed;
  }

  /** Number of the last batch that is durable and in the tables. */
  get last(): number {
    return this.#last;
  }

  /** Resolves once the write is durable; rejects with the reason for this very write, whatever happens to others. */
  submit(write: Write): Promise<readonly Entry[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, resolve, reject });
      this.#start();
    });
  }

  /** Begins a new journal segment between two batches; resolves to the last batch of the segment that ended. */
  rotate(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#pauses.push(async () => {
        try {
          await this.#journal.rotate();
          resolve(this.#last);
        } catch (error) {
          reject(error);
        }
      });
      this.#start();
    });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // Calls made in the same turn of the event loop share the first batch too.
    await Promise.resolve();
    while (this.#queue.length > 0 || this.#pauses.length > 0) {
      for (const pause of this.#pauses.splice(0)) await pause();
      await this.#commit(this.#queue.splice(0));
    }
    // In the same step as the last look at the queue: a call that comes later starts a new run.
    this.#running = undefined;
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const plan = new BatchPlan(this.#tables);
    const planned: { job: Job; entries: Entry[] }[] = [];
    const refused: { job: Job; error: unknown }[] = [];
    for (const job of jobs) {
      try {
        planned.push({ job, entries: plan.add(job.write) });
      } catch (error) {
        refused.push({ job, error });
      }
    }
    const entries = planned.flatMap((each) => each.entries);
    try {
      if (entries.length > 0) {
        const bytes = await this.#journal.append(this.#last + 1, entries);
        this.#last += 1;
        this.#committed(entries, bytes);
      } else {
        await this.#journal.settle(this.#last + 1);
      }
      for (const each of planned) each.job.resolve(each.entries);
    } catch (error) {
      for (const each of planned) each.job.reject(error);
    }
    for (const each of refused) each.job.reject(each.error);
  }
}

/** Tasks of one process, gone when it ends. */
import { Hands } from './hands.js';
import { type Queue, type QueueOptions, type Queues, TAKEN_AGAIN, type Task } from './queue.js';

/** Timers cannot be set for longer. */
const LONGEST_WAIT_MS = 3_600_000;
const AGAIN_AFTER_MS = 1_000;

/** @param onProblem told what a task was rejected with for the last time */
export function createMemoryQueues(onProblem: (problem: unknown) => void = () => {}): Queues {
  return {
    open: async (_name, options) => new MemoryQueue(options, onProblem),
    close: async () => {},
  };
}

interface Entry<T> extends Task<T> {
  /** Milliseconds. */
  dueAt: number;
  /** How often it was rejected. */
  rejected: number;
}

class MemoryQueue<T> implements Queue<T> {
  readonly #onProblem: (problem: unknown) => void;
  readonly #hands: Hands;
  readonly #entries = new Map<string, Entry<T>>();
  #perform: ((data: T) => Promise<Task<T> | null>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ atOnce }: QueueOptions, onProblem: (problem: unknown) => void) {
    this.#hands = new Hands(atOnce);
    this.#onProblem = onProblem;
  }

  async add(task: Task<T>): Promise<void> {
    if (this.#entries.has(task.key)) return;
    this.#put({ ...task, dueAt: Date.parse(task.startAt), rejected: 0 });
  }

  work(perform: (data: T) => Promise<Task<T> | null>): void {
    this.#perform = perform;
    this.#takeDue();
  }

  async waiting(): Promise<number> {
    return this.#entries.size;
  }

  stop(): void {
    this.#perform = undefined;
    clearTimeout(this.#timer);
  }

  async close(): Promise<void> {
    this.stop();
    await this.#hands.allDone();
  }

  #put(entry: Entry<T>): void {
    this.#entries.set(entry.key, entry);
    this.#takeDue();
  }

  #takeDue(): void {
    clearTimeout(this.#timer);
    const perform = this.#perform;
    if (perform === undefined) return;
    const byAge = [...this.#entries.values()].sort((one, other) => one.dueAt - other.dueAt);
    for (const entry of byAge) {
      if (this.#hands.free === 0) return;
      const wait = entry.dueAt - Date.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#takeDue(), Math.min(wait, LONGEST_WAIT_MS));
        return;
      }
      this.#entries.delete(entry.key);
      this.#hands.take(this.#do(entry, perform));
    }
  }

  async #do(entry: Entry<T>, perform: (data: T) => Promise<Task<T> | null>): Promise<void> {
    try {
      const next = await perform(entry.data);
      if (next !== null) await this.add(next);
    } catch (error) {
      if (entry.rejected === TAKEN_AGAIN) this.#onProblem(error);
      else this.#put({ ...entry, dueAt: Date.now() + AGAIN_AFTER_MS, rejected: entry.rejected + 1 });
    }
    // Once this one has left the hand.
    setImmediate(() => this.#takeDue());
  }
}

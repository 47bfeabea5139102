/** Tasks that are done once, later, and by whichever process has room: runs of tenants, alerts. */

export interface Task<T> {
  /** The same key twice is one task, whoever adds it. */
  key: string;
  /** JSON. */
  data: T;
  /** Not before this instant, ISO. */
  startAt: string;
}

export interface Queue<T> {
  /** Resolves once the task is kept. */
  add(task: Task<T>): Promise<void>;
  /**
   * Begins to take tasks that are due, the oldest first.
   * @param perform resolves to the task that follows, or null; when it rejects, the task is taken again, by any process, a few times
   */
  work(perform: (data: T) => Promise<Task<T> | null>): void;
  /** Tasks that wait: due, or for their time. */
  waiting(): Promise<number>;
  /** Takes no more tasks. */
  stop(): void;
  /** Stops, and waits for the tasks in hand. */
  close(): Promise<void>;
}

export interface QueueOptions {
  /** So many tasks at once in this process. */
  atOnce: number;
}

export interface Queues {
  open<T extends object>(name: string, options: QueueOptions): Promise<Queue<T>>;
  /** After every queue of it has been closed. */
  close(): Promise<void>;
}

/** A task whose process died, or that was rejected, is taken up again so often. */
export const TAKEN_AGAIN = 5;

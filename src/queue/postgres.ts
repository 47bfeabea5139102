/** Tasks in PostgreSQL, shared by every process on the database: pg-boss, in a schema of its own. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import { asStoreError, isOvertaken } from '../store/postgres/errors.js';
import { Hands } from './hands.js';
import { type Queue, type QueueOptions, type Queues, TAKEN_AGAIN, type Task } from './queue.js';

const SCHEMA = 'lucca_scim_tasks';
const CONNECTIONS = 4;
const LOOK_EVERY_MS = 500;
/** A task of which nothing was heard for so long is taken by another process. One that still goes on is recognised there. */
const EXPIRES_AFTER_S = 60;
/** What has expired is looked for so often. */
const TIDY_EVERY_S = 10;
/** What was done is remembered for so long, so that it is not added again. */
const REMEMBERED_DAYS = 2;
/** A statement that PostgreSQL ended to undo a deadlock is sent again this often. */
const TRIES = 10;

export interface PostgresQueuesOptions {
  /** As `store.postgres.url`. */
  url: string;
  /** Told what went wrong without a caller to tell. */
  onProblem: (problem: unknown) => void;
}

/**
 * Makes or updates the tables of the queue, and begins to look after them.
 * @throws BridgeError STORE_UNAVAILABLE, STORE_READ_ONLY
 */
export async function openPostgresQueues(options: PostgresQueuesOptions): Promise<Queues> {
  const { url } = options;
  const onProblem = (problem: unknown) => options.onProblem(asStoreError(problem));
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'lucca-scim-bridge',
    schema: SCHEMA,
    max: CONNECTIONS,
    schedule: false,
    maintenanceIntervalSeconds: TIDY_EVERY_S,
    archiveCompletedAfterSeconds: REMEMBERED_DAYS * 86_400,
  });
  boss.on('error', onProblem);
  try {
    await boss.start();
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    throw asStoreError(error);
  }
  return {
    async open<T extends object>(name: string, options: QueueOptions): Promise<Queue<T>> {
      const limits = { retryLimit: TAKEN_AGAIN, retryDelay: 1, expireInSeconds: EXPIRES_AFTER_S };
      // A new queue is a new partition: its locks can cross those of a process that makes another one, or tidies up.
      await sent(() => boss.createQueue(name, { name, policy: 'standard', ...limits }));
      return new PostgresQueue<T>(boss, name, options, onProblem);
    },
    close: () => boss.stop({ graceful: false }),
  };
}

class PostgresQueue<T extends object> implements Queue<T> {
  readonly #boss: PgBoss;
  readonly #name: string;
  readonly #onProblem: (problem: unknown) => void;
  readonly #hands: Hands;
  readonly #stopping = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #wake: AbortController = new AbortController();

  constructor(boss: PgBoss, name: string, { atOnce }: QueueOptions, onProblem: (problem: unknown) => void) {
    this.#boss = boss;
    this.#name = name;
    this.#hands = new Hands(atOnce);
    this.#onProblem = onProblem;
  }

  async add({ key, data, startAt }: Task<T>): Promise<void> {
    await sent(() => this.#boss.send(this.#name, data, { id: idOf(key), startAfter: startAt }));
  }

  work(perform: (data: T) => Promise<Task<T> | null>): void {
    this.#looking = this.#look(perform);
  }

  async waiting(): Promise<number> {
    return sent(() => this.#boss.getQueueSize(this.#name));
  }

  stop(): void {
    this.#stopping.abort();
    this.#wake.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#looking;
    await this.#hands.allDone();
  }

  async #look(perform: (data: T) => Promise<Task<T> | null>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      const { free } = this.#hands;
      // One by one: pg-boss hands out what it has to whoever asks, and others have room too.
      const jobs = free === 0 ? [] : await this.#boss.fetch<T>(this.#name, { batchSize: 1 });
      for (const job of jobs) this.#hands.take(this.#do(job, perform));
      if (jobs.length === 0)
        await delay(LOOK_EVERY_MS, undefined, { signal: this.#wake.signal }).catch(() => {});
    }
  }

  async #do({ id, data }: PgBoss.Job<T>, perform: (data: T) => Promise<Task<T> | null>): Promise<void> {
    try {
      const next = await perform(data);
      if (next !== null) await this.add(next);
      await this.#boss.complete(this.#name, id);
    } catch {
      // Why is for `perform` to tell. Should this be lost too, the task expires.
      await this.#boss.fail(this.#name, id).catch(this.#onProblem);
    }
    this.#wake.abort();
  }
}

/**
 * What a statement answers that may be repeated, and is when it met a deadlock.
 * @throws BridgeError STORE_UNAVAILABLE, STORE_READ_ONLY, STORE_DISK_FULL
 */
async function sent<T>(statement: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await statement();
  } catch (cause) {
    const error = asStoreError(cause);
    if (tries > 1 && isOvertaken(error)) return sent(statement, tries - 1);
    throw error;
  }
}

/** A UUID, as pg-boss wants it, that every process makes of the same key. */
function idOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

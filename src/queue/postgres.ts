/** Tasks in PostgreSQL, shared by every process on the database: pg-boss, in a schema of its own. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import { checkAddress } from '../store/postgres/address.js';
import { PATIENCE } from '../store/postgres/database.js';
import { asStoreError, isOvertaken } from '../store/postgres/errors.js';
import { Hands } from './hands.js';
import { type Queue, type QueueOptions, type Queues, TAKEN_AGAIN, type Task } from './queue.js';

const SCHEMA = 'lucca_scim_tasks';
const CONNECTIONS = 4;
const LOOK_EVERY_MS = 500;
/**
 * A task of which nothing was heard for so long is taken by another process: as long as the right to lead a run survives silence. Should it
 * still go on, that is recognised there.
 */
const EXPIRES_AFTER_S = 8;
/** Whoever has tasks in hand gives a sign so often. */
const SIGN_EVERY_MS = 2_000;
/** A sign without an answer holds up the next one for so long: on a dead line they do not pile up, and another line still counts in time. */
const SIGN_WITHIN_MS = 4_000;
/** What has expired is looked for so often. */
const TIDY_EVERY_S = 2;
/** What was done is remembered for so long, so that it is not added again. */
const REMEMBERED_DAYS = 2;
/** Lets tasks expire later, as far as they are still in the hand that took them; pg-boss 10 has no call for it. */
const SIGN = `
  update ${SCHEMA}.job as job set started_on = now() from unnest($2::uuid[], $3::int[]) as held (id, taking)
  where job.name = $1 and job.id = held.id and job.retry_count = held.taking and job.state = 'active' returning job.id`;
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
    connectionString: checkAddress(url),
    application_name: 'lucca-scim-bridge',
    schema: SCHEMA,
    max: CONNECTIONS,
    ...PATIENCE,
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
      const limits = { retryLimit: TAKEN_AGAIN, retryDelay: 1 };
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
  /** Tasks in hand: how often each had been taken before. */
  readonly #taken = new Map<string, number>();
  #signing: NodeJS.Timeout | undefined;
  #nextSignAt = 0;
  #looking: Promise<void> = Promise.resolve();
  #wake: AbortController = new AbortController();

  constructor(boss: PgBoss, name: string, { atOnce }: QueueOptions, onProblem: (problem: unknown) => void) {
    this.#boss = boss;
    this.#name = name;
    this.#hands = new Hands(atOnce);
    this.#onProblem = onProblem;
  }

  async add({ key, data, startAt }: Task<T>): Promise<void> {
    const how = { id: idOf(key), startAfter: startAt, expireInSeconds: EXPIRES_AFTER_S };
    await sent(() => this.#boss.send(this.#name, data, how));
  }

  work(perform: (data: T) => Promise<Task<T> | null>): void {
    this.#signing = setInterval(() => void this.#signUnlessWaiting(), SIGN_EVERY_MS).unref();
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
    clearInterval(this.#signing);
  }

  async #look(perform: (data: T) => Promise<Task<T> | null>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      const { free } = this.#hands;
      // One by one: pg-boss hands out what it has to whoever asks, and others have room too.
      const jobs =
        free === 0 ? [] : await this.#boss.fetch<T>(this.#name, { batchSize: 1, includeMetadata: true });
      for (const job of jobs) this.#hands.take(this.#do(job, perform));
      if (jobs.length === 0)
        await delay(LOOK_EVERY_MS, undefined, { signal: this.#wake.signal }).catch(() => {});
    }
  }

  async #do(
    { id, data, retryCount }: PgBoss.JobWithMetadata<T>,
    perform: (data: T) => Promise<Task<T> | null>,
  ): Promise<void> {
    this.#taken.set(id, retryCount);
    try {
      const next = await perform(data);
      if (next !== null) await this.add(next);
      await this.#boss.complete(this.#name, id);
    } catch {
      // Why is for `perform` to tell. Should this be lost too, the task expires.
      await this.#giveBack(id).catch(this.#onProblem);
    }
    // It may have expired, and be in this same hand again.
    if (this.#taken.get(id) === retryCount) this.#taken.delete(id);
    this.#wake.abort();
  }

  /** Lets the task be taken again, unless another process, while this one stood still, has it in hand already. */
  async #giveBack(id: string): Promise<void> {
    if ((await this.#giveSign()).includes(id)) await this.#boss.fail(this.#name, id);
  }

  async #signUnlessWaiting(): Promise<void> {
    if (performance.now() < this.#nextSignAt) return;
    this.#nextSignAt = performance.now() + SIGN_WITHIN_MS;
    await this.#giveSign().catch(() => {});
    this.#nextSignAt = 0;
  }

  /** @returns the tasks that are still in this hand */
  async #giveSign(): Promise<string[]> {
    if (this.#taken.size === 0) return [];
    const held = [[...this.#taken.keys()], [...this.#taken.values()]];
    const { rows } = await this.#boss.getDb().executeSql(SIGN, [this.#name, ...held]);
    return rows.map(({ id }: { id: string }) => id);
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

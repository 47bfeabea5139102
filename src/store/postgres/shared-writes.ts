/**
 * Writes to one collection that wait while others are on their way share the next statement, and so one way to the server and one
 * commit. Each is answered for itself.
 */
import type { BridgeError } from '../../errors.js';
import type { Change, Found, StoredRecord } from '../store.js';
import type { CollectionContext } from './collection.js';
import type { Query } from './database.js';
import { isOvertaken, type Refused, refusalOf } from './errors.js';
import { keyColumns } from './key-columns.js';
import { inPages, PAGE } from './pages.js';
import { encodeKey, encodeText } from './text.js';

/** One call of `put`. */
export interface PendingWrite {
  /** As they will stand. */
  puts: readonly StoredRecord[];
  /** As they stand. */
  gone: readonly StoredRecord[];
  found: readonly Found[];
}

interface Job extends PendingWrite {
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Sent {
  transaction: string;
  refused: readonly Refused[];
}

/** Statements at once: while one is on its way to the disk, the next is worked out. */
const AT_ONCE = 2;

const WRITE = `select * from lucca_scim.write_records(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;

export class SharedWrites {
  readonly #context: CollectionContext;
  #waiting: Job[] = [];
  #underWay = 0;

  constructor(context: CollectionContext) {
    this.#context = context;
  }

  /** Resolves once the write is durable and watchers were told; rejects with the reason for this very write. */
  submit(write: PendingWrite): Promise<void> {
    return this.#context.database.during(
      () =>
        new Promise((resolve, reject) => {
          this.#waiting.push({ ...write, resolve, reject });
          if (this.#underWay < AT_ONCE) void this.#run();
        }),
    );
  }

  async #run(): Promise<void> {
    this.#underWay += 1;
    // Calls made in the same turn of the event loop share the first statement too.
    await Promise.resolve();
    for (let jobs = this.#take(); jobs.length > 0; jobs = this.#take()) await this.#write(jobs);
    this.#underWay -= 1;
  }

  /** Those that do not touch each other; a large one goes alone. */
  #take(): Job[] {
    const taken: Job[] = [];
    const [ids, keys] = [new Set<string>(), new Set<string>()];
    this.#waiting = this.#waiting.filter((job) => {
      const own = [...job.puts, ...job.gone].map(({ id }) => id);
      const named = job.found.map(({ index, key }) => JSON.stringify([index, key]));
      const isApart = !own.some((id) => ids.has(id)) && !named.some((key) => keys.has(key));
      if (taken.length > 0 && !(isApart && ids.size + own.length <= PAGE)) return true;
      for (const id of own) ids.add(id);
      for (const key of named) keys.add(key);
      taken.push(job);
      return false;
    });
    return taken;
  }

  async #write(jobs: readonly Job[]): Promise<void> {
    try {
      const { transaction, refused } = await this.#send(jobs);
      const reasons = new Map(refused.toReversed().map((each) => [each.write, each]));
      this.#tell(
        transaction,
        jobs.filter((_, at) => !reasons.has(at)),
      );
      for (const [at, job] of jobs.entries()) {
        const reason = reasons.get(at);
        if (reason === undefined) job.resolve();
        else job.reject(refusalOf(this.#context.name, reason));
      }
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
  }

  #tell(transaction: string, jobs: readonly Job[]): void {
    const { tenant, name: collection, feed } = this.#context;
    const changes = jobs.flatMap(({ puts, gone }): Change[] => [
      ...puts.map(({ id }): Change => ({ collection, id, kind: 'put' })),
      ...gone.filter(isStored).map(({ id }): Change => ({ collection, id, kind: 'delete' })),
    ]);
    feed.wrote(transaction, changes.length === 0 ? new Map() : new Map([[tenant, changes]]));
  }

  /** Again when somebody else made the same record in between: then it is there, and counts. */
  async #send(jobs: readonly Job[]): Promise<Sent> {
    const { database } = this.#context;
    const [first] = jobs;
    const isLarge = first !== undefined && first.puts.length + first.gone.length > PAGE;
    for (;;) {
      try {
        if (!isLarge) return await this.#execute((...statement) => database.run(...statement), jobs);
        return await database.transaction((query) => this.#executeInPages(query, first));
      } catch (error) {
        if (!isOvertaken(error as BridgeError)) throw error;
      }
    }
  }

  /** In the order of ids, so that two of these never wait for each other. */
  async #executeInPages(query: Query, { puts, gone, found }: PendingWrite): Promise<Sent> {
    const removed = new Set(gone);
    const all = [...puts, ...gone].sort((one, other) => (encodeText(one.id) < encodeText(other.id) ? -1 : 1));
    let sent: Sent = { transaction: '', refused: [] };
    for (const [at, page] of inPages(all).entries()) {
      const part = {
        puts: page.filter((record) => !removed.has(record)),
        gone: page.filter((record) => removed.has(record)),
        found: at === 0 ? found : [],
      };
      sent = await this.#execute(query, [part]);
      const [reason] = sent.refused;
      if (reason !== undefined) throw refusalOf(this.#context.name, reason);
    }
    return sent;
  }

  async #execute(query: Query, writes: readonly PendingWrite[]): Promise<Sent> {
    const { tenant, name, epoch, keysOf } = this.#context;
    const keys = keysOf();
    const records = writes.flatMap(({ puts, gone }, write) => [
      ...puts.map((put) => ({ write, id: put.id, version: put.version - 1, document: JSON.stringify(put) })),
      ...gone.map(({ id, version }) => ({ write, id, version, document: null })),
    ]);
    const found = writes.flatMap((each, write) => each.found.map((one) => ({ write, ...one })));
    const holders = found.flatMap(({ ids }, at) =>
      [...new Set(ids)].map((id) => ({ place: at + 1, id: encodeText(id) })),
    );
    const [sent] = await query<{ transaction: string; refused: Refused[] | null }>('write', WRITE, [
      tenant,
      name,
      epoch,
      keys !== undefined,
      records.map(({ write }) => write),
      records.map(({ id }) => encodeText(id)),
      records.map(({ version }) => version),
      records.map(({ document }) => document),
      ...keyColumns(
        writes.flatMap(({ puts }) => puts),
        keys,
      ),
      found.map(({ write }) => write),
      found.map(({ index }) => encodeText(index)),
      found.map(({ key }) => encodeKey(key)),
      holders.map(({ place }) => place),
      holders.map(({ id }) => id),
    ]);
    return { transaction: sent?.transaction ?? '', refused: sent?.refused ?? [] };
  }
}

function isStored({ version }: StoredRecord): boolean {
  return version > 0;
}

/**
 * The change feed of one process: its own writes at once, those of others as soon as they are noticed. A notification only says "look";
 * what changed is read from the table by a cursor, so that a lost one costs half a second.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { BridgeError } from '../../errors.js';
import type { Change } from '../store.js';
import { ChangeFeed } from '../table-store.js';
import type { Database } from './database.js';
import { asStoreError, behind } from './errors.js';
import { decodeText } from './text.js';

const CHANNEL = 'lucca_scim_changes';
const LOOK_EVERY_MS = 500;
/** At most so often: others then see a change about that much later. */
const NOTIFY_EVERY_MS = 20;
const RETENTION_HOURS = 24;
/** A process that heard nothing for so long may have missed changes that are gone. */
const TOO_LONG_MS = (RETENTION_HOURS - 1) * 3_600_000;
const TIDY_EVERY_MS = 3_600_000;

/**
 * Everything from the cursor on that is visible. The cursor is the oldest transaction that had not ended at the look before: numbers are
 * given out before a transaction commits, so a row below it never appears any more, while one above it may be seen twice.
 */
const LOOK = `
  select pg_snapshot_xmin(pg_current_snapshot())::text as "nextCursor",
    extract(epoch from now()) * 1000 as now,
    c.transaction::text, c.tenant, c.collection, c.id, c.kind
  from (select) as always
  left join lucca_scim.changes c on c.transaction >= $1::text::xid8
  order by c.transaction, c.position`;

const NOTIFY = `select pg_notify('${CHANNEL}', $1)`;

interface Row {
  nextCursor: string;
  now: string;
  transaction: string | null;
  tenant: string;
  collection: string;
  id: string;
  kind: Change['kind'];
}

export class Feed {
  /** By which this process knows its own notifications. */
  readonly #name = randomUUID();
  readonly #database: Database;
  readonly #listeners = new ChangeFeed();
  readonly #onProblem: (problem: BridgeError) => void;
  readonly #tooLongMs: number;
  /** Transactions from the cursor on that were told already. */
  readonly #told = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #cursor = 0n;
  #lookedAt = 0;
  #looking: Promise<void> | undefined;
  #hasNews = false;
  #isFailing = false;
  #notifying: Promise<void> | undefined;
  #hasToNotify = false;
  #listening: pg.Client | undefined;
  #isBehind = false;
  #isClosed = false;

  /** Begins at this moment. @param tooLongMs after how long without an answer changes may have been missed */
  static async start(
    database: Database,
    onProblem: (problem: BridgeError) => void,
    tooLongMs = TOO_LONG_MS,
  ): Promise<Feed> {
    const feed = new Feed(database, onProblem, tooLongMs);
    try {
      await feed.#begin();
      return feed;
    } catch (error) {
      await feed.close();
      throw error;
    }
  }

  /** One that follows nothing: for whoever reads what there is, and goes. */
  static still(database: Database): Feed {
    return new Feed(database, () => {}, TOO_LONG_MS);
  }

  private constructor(database: Database, onProblem: (problem: BridgeError) => void, tooLongMs: number) {
    this.#database = database;
    this.#onProblem = onProblem;
    this.#tooLongMs = tooLongMs;
  }

  watch(tenant: string, listener: (changes: readonly Change[]) => void): () => void {
    return this.#listeners.watch(tenant, listener);
  }

  /** Tells what this process has just written, unless the look was faster, and lets the others know. */
  wrote(transaction: string, changes: ReadonlyMap<string, readonly Change[]>): void {
    if (changes.size === 0) return;
    if (BigInt(transaction) >= this.#cursor && !this.#told.has(transaction)) {
      this.#told.add(transaction);
      this.#listeners.tell(changes);
    }
    this.#notifyOthers();
  }

  /** Tells whatever was written before now. One look at a time; what is noticed meanwhile is looked at right after. */
  look(): Promise<void> {
    this.#hasNews = true;
    this.#looking ??= this.#lookWhileNews();
    return this.#looking;
  }

  /** @throws BridgeError STORE_BEHIND */
  assertUpToDate(): void {
    if (this.#isBehind) throw behind();
  }

  /** Forgets changes that everybody has seen. */
  async tidy(): Promise<void> {
    const sql = `delete from lucca_scim.changes where at < now() - interval '${RETENTION_HOURS} hours'`;
    await this.#database.query('feed-tidy', sql, []);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#looking;
    await this.#notifying;
    await this.#listening?.end().catch(() => {});
  }

  async #begin(): Promise<void> {
    const [row] = await this.#database.query<{ cursor: string }>(
      'feed-start',
      'select pg_snapshot_xmin(pg_current_snapshot())::text as cursor',
      [],
    );
    this.#cursor = BigInt(row?.cursor ?? 0);
    await this.#look();
    await this.#listen();
    await this.tidy();
    this.#timers.push(
      setInterval(() => void this.look(), LOOK_EVERY_MS),
      setInterval(() => void this.tidy().catch(() => {}), TIDY_EVERY_MS),
    );
    for (const timer of this.#timers) timer.unref();
  }

  async #lookWhileNews(): Promise<void> {
    while (this.#hasNews && !this.#isClosed) {
      this.#hasNews = false;
      try {
        if (this.#listening === undefined) await this.#listen();
        await this.#look();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing && !this.#isClosed) this.#onProblem(asStoreError(error));
        this.#isFailing = true;
      }
    }
    // In one go with the last test of the loop, so that no news falls between.
    this.#looking = undefined;
  }

  async #look(): Promise<void> {
    const rows = await this.#database.query<Row>('feed-look', LOOK, [this.#cursor.toString()]);
    const [first] = rows;
    if (first === undefined) return;
    const now = Number(first.now);
    const isLate = this.#lookedAt > 0 && now - this.#lookedAt > this.#tooLongMs;
    this.#lookedAt = now;
    if (isLate) this.#isBehind = true;
    for (const [transaction, changes] of byTransaction(rows)) {
      if (this.#told.has(transaction)) continue;
      this.#told.add(transaction);
      this.#listeners.tell(changes);
    }
    this.#cursor = BigInt(first.nextCursor);
    for (const transaction of this.#told) {
      if (BigInt(transaction) < this.#cursor) this.#told.delete(transaction);
    }
  }

  async #listen(): Promise<void> {
    const client = await this.#database.connect({ statement_timeout: 0, query_timeout: 10_000 });
    client.on('notification', ({ payload }) => {
      if (payload !== this.#name) void this.look();
    });
    client.on('end', () => {
      if (this.#listening === client) this.#listening = undefined;
    });
    try {
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    this.#listening = client;
  }

  /**
   * Apart from the writes, and one for many of them: notifying inside of a transaction would make commits wait for each other. Should it
   * be lost, the others look by themselves.
   */
  #notifyOthers(): void {
    this.#hasToNotify = true;
    this.#notifying ??= this.#notify();
  }

  async #notify(): Promise<void> {
    while (this.#hasToNotify && !this.#isClosed) {
      this.#hasToNotify = false;
      await this.#database.query('feed-notify', NOTIFY, [this.#name]).catch(() => {});
      // Telling costs a commit too.
      await delay(NOTIFY_EVERY_MS);
    }
    this.#notifying = undefined;
  }
}

/** Transaction → tenant → changes, in order. */
function byTransaction(rows: readonly Row[]): Map<string, Map<string, Change[]>> {
  const transactions = new Map<string, Map<string, Change[]>>();
  for (const { transaction, tenant, collection, id, kind } of rows) {
    if (transaction === null) continue;
    const tenants = transactions.get(transaction) ?? new Map<string, Change[]>();
    transactions.set(transaction, tenants);
    const changes = tenants.get(tenant) ?? [];
    tenants.set(tenant, changes);
    changes.push({ collection, id: decodeText(id), kind });
  }
  return transactions;
}

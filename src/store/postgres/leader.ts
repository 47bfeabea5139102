/**
 * Who of several processes runs the synchronisations of a tenant: the holder of an advisory lock, on a connection that the server cuts
 * when nothing is heard on it, so that a process that died or stands still loses it. Each term has a number that every write of a run
 * names: whoever goes on after another took over is refused (a fencing token).
 */
import type pg from 'pg';
import type { Store, Term } from '../store.js';
import type { Database } from './database.js';
import { asStoreError, fenced } from './errors.js';

/** The server ends the term of a holder from whom it heard nothing for so long. */
const SILENCE_MS = 8_000;
/** A holder gives a sign of life so often. */
const SIGN_EVERY_MS = 2_000;
/** So long after a sign that was answered it can be sure; then it has to ask. Shorter than the silence. */
const TRUST_MS = 6_000;

const NEXT_TERM = `
  insert into lucca_scim.terms as t (tenant, epoch) values ($1, 1)
  on conflict (tenant) do update set epoch = t.epoch + 1 returning epoch::int`;

/**
 * Begins a term, when nobody else has one.
 * @param collectionsOf the store as it is written in the term of that number
 */
export async function lead(
  database: Database,
  tenant: string,
  collectionsOf: (epoch: number) => Pick<Store, 'collection'>,
): Promise<Term | null> {
  const client = await database.connect({ query_timeout: SILENCE_MS });
  try {
    await client.query(`set idle_session_timeout = ${SILENCE_MS}`);
    const { rows: locks } = await client.query<{ isHeld: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('lucca_scim ' || $1, 0)) as "isHeld"`,
      [tenant],
    );
    if (locks[0]?.isHeld !== true) {
      await client.end();
      return null;
    }
    const { rows } = await client.query<{ epoch: number }>(NEXT_TERM, [tenant]);
    return new HeldTerm(client, tenant, collectionsOf(rows[0]?.epoch ?? 0));
  } catch (error) {
    await client.end().catch(() => {});
    throw asStoreError(error);
  }
}

class HeldTerm implements Term {
  readonly store: Pick<Store, 'collection'>;
  readonly #client: pg.Client;
  readonly #tenant: string;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** On a clock that goes on while the process stands still. */
  #trustedUntil = performance.now() + TRUST_MS;
  #sending: Promise<void> | undefined;

  constructor(client: pg.Client, tenant: string, store: Pick<Store, 'collection'>) {
    this.#client = client;
    this.#tenant = tenant;
    this.store = store;
    client.on('end', () => this.#lose());
    this.#timer = setInterval(() => void this.#giveSign(), SIGN_EVERY_MS);
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  async confirm(): Promise<void> {
    if (performance.now() > this.#trustedUntil) await this.#giveSign();
    this.#lost.signal.throwIfAborted();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    // Closing the session gives the lock back too, but nobody would know when.
    await this.#client.query('select pg_advisory_unlock_all()').catch(() => {});
    await this.#client.end().catch(() => {});
  }

  /** The server answers as long as it has not cut the session, and the lock with it. */
  #giveSign(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    const sentAt = performance.now();
    try {
      await this.#client.query('select');
      this.#trustedUntil = sentAt + TRUST_MS;
    } catch {
      this.#lose();
    }
  }

  #lose(): void {
    clearInterval(this.#timer);
    this.#lost.abort(fenced(this.#tenant));
  }
}

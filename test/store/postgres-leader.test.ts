/** One process leads at a time, and whoever led before can write nothing any more. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import type { Collection, Store, Term } from '../../src/store/store.js';
import { usePostgres } from '../support/postgres.js';
import { type Card, card, cardIndexes } from './contract.js';

const postgres = usePostgres();

async function openTwo(): Promise<{ url: string; one: Store; other: Store }> {
  const url = await postgres.createDatabase();
  const [one, other] = [await openPostgresStore({ url }), await openPostgresStore({ url })];
  onTestFinished(async () => void (await Promise.all([one.close(), other.close()])));
  return { url, one, other };
}

async function mustLead(store: Store, tenant = 'acme'): Promise<Term> {
  const term = await store.lead(tenant);
  if (term === null) throw new Error('another process leads');
  onTestFinished(() => term.end());
  return term;
}

const cards = (store: Pick<Store, 'collection'>): Collection<Card> =>
  store.collection('acme', 'cards', cardIndexes);

/** Cuts the sessions that hold a lock of leadership, as the server does with a holder from whom it hears nothing. */
function cutLeaders(url: string): Promise<unknown[]> {
  return postgres.query(
    url,
    `select pg_terminate_backend(pid, 10000) from pg_locks where locktype = 'advisory'`,
  );
}

describe('leading', () => {
  it('is for one process at a time, and for each tenant apart', async () => {
    const { one, other } = await openTwo();
    const term = await mustLead(one);
    expect(await other.lead('acme')).toBeNull();
    expect(await one.lead('acme')).toBeNull();
    await mustLead(other, 'globex');
    await term.end();
    await mustLead(other);
  });

  it('passes on when the leader is gone', async () => {
    const { url, one, other } = await openTwo();
    const term = await mustLead(one);
    await cutLeaders(url);
    await vi.waitFor(() => expect(term.signal.aborted).toBe(true));
    expect(term.signal.reason).toMatchObject({ code: 'STORE_FENCED' });
    await expect(term.confirm()).rejects.toMatchObject({ code: 'STORE_FENCED' });
    await mustLead(other);
  });
});

describe('a former leader', () => {
  async function afterAnother(): Promise<{ former: Term; store: Store }> {
    const { url, one, other } = await openTwo();
    await cards(one).put([card('a')]);
    const former = await mustLead(one);
    await cards(former.store).put([card('b')]);
    await cutLeaders(url);
    await mustLead(other);
    return { former, store: other };
  }

  it('can write nothing, on whichever connection', async () => {
    const { former, store } = await afterAnother();
    const fenced = { code: 'STORE_FENCED' };
    await expect(cards(former.store).put([card('c')])).rejects.toMatchObject(fenced);
    await expect(cards(former.store).put([{ ...card('a'), version: 1 }])).rejects.toMatchObject(fenced);
    await expect(cards(former.store).delete(['a'])).rejects.toMatchObject(fenced);
    const many = Array.from({ length: 1_100 }, (_, at) => card(`id ${at}`));
    await expect(cards(former.store).put(many)).rejects.toMatchObject(fenced);
    expect(await cards(store).count()).toBe(2);
  });

  it('still reads, and others who write beside a run are not held back', async () => {
    const { former, store } = await afterAnother();
    expect(await cards(former.store).get('b')).toMatchObject({ version: 1 });
    await cards(store).put([card('d')]);
  });
});

describe('the moment of taking over', () => {
  it('waits for a write of the former leader that is under way, and lets none come after', async () => {
    const { url, one, other } = await openTwo();
    const former = await mustLead(one);
    let isOver = false;
    const outcomes: string[] = [];
    const writing = Promise.all(
      Array.from({ length: 4 }, async (_, writer) => {
        for (let turn = 0; !isOver; turn += 1) {
          const outcome = await cards(former.store)
            .put([card(`w${writer} ${turn}`)])
            .then(() => 'written')
            .catch(({ code }) => code);
          outcomes.push(outcome);
          if (outcome !== 'written') return;
        }
      }),
    );
    await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(20));
    await cutLeaders(url);
    await mustLead(other);
    const atTakeover = await cards(other).count();
    await writing;
    isOver = true;
    expect(await cards(other).count()).toBe(atTakeover);
    expect(new Set(outcomes)).toEqual(new Set(['written', 'STORE_FENCED']));
  });
});

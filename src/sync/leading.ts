/** Runs one after the other, in this process and over all processes that share a store. */
import { BridgeError } from '../errors.js';
import type { Store, Term } from '../store/store.js';

export interface Leading {
  /** A term to run in; null while another process, or another part of this one, leads. */
  begin(): Promise<Term | null>;
  /**
   * Runs `work` when what this process runs now has ended, in a term of its own or in the one that is given.
   * @throws BridgeError SYNC_UNDER_WAY when another process leads
   */
  run<T>(work: (term: Term) => Promise<T>, term?: Term): Promise<T>;
  /**
   * Before a write to a target.
   * @throws BridgeError STORE_FENCED once another process leads, RUN_ENDED outside a run
   */
  confirm(): Promise<void>;
}

export function createLeading(
  store: Store,
  tenant: string,
  inTurn: <T>(run: () => Promise<T>) => Promise<T>,
): Leading {
  let current: Term | null = null;
  const begin = () => store.lead(tenant);

  async function during<T>(term: Term, work: (term: Term) => Promise<T>): Promise<T> {
    current = term;
    try {
      return await work(term);
    } finally {
      current = null;
    }
  }

  return {
    begin,
    run: (work, given) =>
      inTurn(async () => {
        if (given !== undefined) return during(given, work);
        const term = await begin();
        if (term === null) throw runsElsewhere();
        return during(term, work).finally(() => term.end());
      }),
    async confirm() {
      if (current === null) throw runEnded();
      await current.confirm();
    },
  };
}

function runEnded(): BridgeError {
  return new BridgeError(
    'RUN_ENDED',
    'A write was not sent, because the run to which it belongs has ended.',
    {
      remedy: 'Nothing is lost: the next run does it.',
    },
  );
}

export function runsElsewhere(): BridgeError {
  return new BridgeError('SYNC_UNDER_WAY', 'A run is under way in another process on the same state.', {
    remedy: 'Wait until it has ended: GET /admin/runs shows it then. There are never two at once.',
  });
}

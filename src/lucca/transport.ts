/** GET requests to one tenant with one kind of credentials: booked in the ledger, judged, tried again where that helps. */
import type { JsonValue } from '../json.js';
import { judge } from './answer.js';
import { LuccaError, type LuccaFault } from './errors.js';
import { exchange } from './exchange.js';
import type { Way } from './refusal.js';
import { persist } from './retry.js';
import type { Session } from './session.js';

/** Query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  readonly way: Way;
  /** The headers that prove who asks. */
  headers(): Promise<Record<string, string>>;
  /** Called after a 401; true when other headers can be had, so that asking once more makes sense. */
  renew(): boolean;
}

export interface Transport {
  readonly session: Session;
  readonly way: Way;
  /** Requests sent to the tenant so far, refused and repeated ones included. */
  readonly requests: number;
  /**
   * Gives the JSON of a good answer.
   * @param except a fault thrown at once instead of asking the same again
   * @throws LuccaError for everything that is not data
   */
  get(path: string, query?: Query, except?: LuccaFault): Promise<JsonValue>;
}

/** Makes the transport of a session for one kind of credentials. */
export function createTransport(session: Session, credentials: Credentials): Transport {
  const { clock, dispatcher, ledger, limits, signal } = session;
  let requests = 0;
  const waiting = {
    signal,
    onWait: (ms: number) =>
      session.onProgress({
        step: 'wait',
        label: `waiting ${Math.ceil(ms / 1000)} s for the request quota of Lucca`,
        done: 0,
        total: null,
      }),
  };

  async function attempt(path: string, query: Query): Promise<JsonValue> {
    const headers = await credentials.headers();
    const url = new URL(`${session.tenant}${path}${queryText(query)}`);
    const answer = await ledger.spend(() => {
      requests += 1;
      return exchange(dispatcher, { method: 'GET', url, headers }, limits, signal);
    }, waiting);
    return judge(answer, path, credentials.way, clock.now());
  }

  async function get(path: string, query: Query = {}, except?: LuccaFault): Promise<JsonValue> {
    const asked = () =>
      persist(session, () => attempt(path, query), { onThrottled: (ms) => ledger.refused(ms), except });
    try {
      return await asked();
    } catch (error) {
      const renewable = error instanceof LuccaError && error.status === 401 && credentials.renew();
      if (!renewable) throw error;
      return await asked();
    }
  }

  return {
    session,
    way: credentials.way,
    get requests() {
      return requests;
    },
    get,
  };
}

/** `?a=1,2&b=c`: commas stay as they are, since every generation of the API uses them as separators. */
function queryText(query: Query): string {
  const pairs = Object.entries(query)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%2C', ',')}`,
    );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Behaviours of Lucca that no public source settles, or that differ between tenants: each can be turned while running. */
export interface Switches {
  /** What v3 answers for a user it does not know; 500 is what the old specification says. */
  unknownUser: 500 | 404;
  /** The v3 departments and legal-entities routes, announced dead in September 2026. */
  v3Structure: 'alive' | 410 | 404;
  /** v3 fields and filters that do not exist: refused with 400, or passed over. */
  unknownNames: 'refuse' | 'ignore';
  /** Shape of a custom field in v3, unless the field fixes its own: `{"value": 1}` or `1`. */
  extendedData: 'wrapped' | 'bare';
  /** v3 answers with their `header`. */
  envelopeHeader: boolean;
  /** v5 `embedded`: Lucca calls it best effort. */
  embedded: 'complete' | 'partial' | 'off';
  /** v5 `links.next` of the last page. */
  lastPage: 'null' | 'missing';
  /** v5 `links.next`: repeats the whole question, or only `limit` and a cursor that remembers the rest. */
  nextLink: 'bare' | 'complete';
  /** Form of Retry-After; a date is in the simulator's own time, like the Date header beside it. */
  retryAfter: 'seconds' | 'date';
  /** Modelled cost of one field of one row; an answer that would take over 5 s is a 408 at once. 0 = never. */
  millisecondsPerCell: number;
}

export const DEFAULT_SWITCHES: Switches = {
  unknownUser: 500,
  v3Structure: 410,
  unknownNames: 'refuse',
  extendedData: 'wrapped',
  envelopeHeader: true,
  embedded: 'complete',
  lastPage: 'null',
  nextLink: 'bare',
  retryAfter: 'seconds',
  millisecondsPerCell: 0,
};

/** Lucca gives up on a request after five seconds. */
const GIVE_UP_MILLISECONDS = 5000;

/** True when Lucca would give up on an answer of this size. */
export function isTooSlow(switches: Switches, rows: number, fields: number): boolean {
  return rows * fields * switches.millisecondsPerCell > GIVE_UP_MILLISECONDS;
}

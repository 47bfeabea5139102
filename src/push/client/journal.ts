/**
 * Tells about every exchange that really took place: what went out, what came back, how long it took. Ids only and no bodies,
 * unless the answer is nonsense: then both sides, without personal values.
 */
import type { Clock } from '../../clock.js';
import type { Layer, TargetRequest } from './exchange.js';
import { redact, redactQuery } from './redact.js';
import { TargetError } from './target-error.js';

export interface Exchange {
  method: string;
  /** Without the query, which may hold personal data. */
  path: string;
  /** Null when there was no answer. */
  status: number | null;
  milliseconds: number;
  /** Code of the error, when it was one. */
  error?: string;
  /** Where the answer is nonsense: the query and the body that were sent, and the answer. */
  query?: string;
  sent?: string;
  answer?: string;
}

type Evidence = Pick<Exchange, 'query' | 'sent' | 'answer'>;

const LONGEST_BODY = 4_000;

export type Journal = (exchange: Exchange) => void;

export function withJournal(journal: Journal, clock: Clock): Layer {
  return (next) => async (request) => {
    const began = clock.now();
    const tell = (status: number | null, error?: string, more: Evidence = {}) =>
      journal({
        method: request.method,
        path: request.path,
        status,
        milliseconds: clock.now() - began,
        ...(error === undefined ? {} : { error }),
        ...more,
      });
    try {
      const response = await next(request);
      tell(response.status);
      return response;
    } catch (error) {
      if (error instanceof TargetError) tell(error.status, error.code, nonsense(request, error));
      else tell(null, 'UNEXPECTED');
      throw error;
    }
  };
}

/** What a person needs to see who asks why an answer could not be read. */
function nonsense(request: TargetRequest, { kind, detail }: TargetError): Evidence {
  if (kind !== 'nonsense') return {};
  const { body } = request;
  const query = redactQuery(request.query);
  return {
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { sent: redact(JSON.stringify(body), request, LONGEST_BODY) }),
    ...(detail === undefined ? {} : { answer: detail }),
  };
}

/**
 * Tells about every exchange that really took place: what went out, what came back, how long it took. Ids only and no bodies,
 * unless the answer is nonsense: then both sides, without personal values.
 */
import type { Clock } from '../../clock.js';
import type { Layer, TargetRequest } from './exchange.js';
import { redact, redactQuery } from './redact.js';
import { evidenceOf, nonsenseIn } from './sense.js';
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
/** Of an answer that is too large, or leads elsewhere. */
const UNREAD = '[not read]';

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
      if (nonsenseIn(request, response) === undefined) tell(response.status);
      else tell(response.status, 'TARGET_NONSENSE', evidence(request, evidenceOf(request, response.body)));
      return response;
    } catch (error) {
      if (error instanceof TargetError) tell(error.status, error.code, evidenceIn(request, error));
      else tell(null, 'UNEXPECTED');
      throw error;
    }
  };
}

function evidenceIn(request: TargetRequest, { kind, detail = UNREAD }: TargetError): Evidence {
  return kind === 'nonsense' ? evidence(request, detail) : {};
}

/** What a person needs to see who asks why an answer could not be read. */
function evidence(request: TargetRequest, answer: string): Evidence {
  const { body } = request;
  const query = redactQuery(request.query);
  return {
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { sent: redact(JSON.stringify(body), request, LONGEST_BODY) }),
    answer,
  };
}

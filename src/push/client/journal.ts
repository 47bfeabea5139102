/** Tells about every exchange that really took place: what went out, what came back, how long it took. Ids only, no bodies. */
import type { Clock, Layer } from './exchange.js';
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
}

export type Journal = (exchange: Exchange) => void;

export function withJournal(journal: Journal, clock: Clock): Layer {
  return (next) => async (request) => {
    const began = clock.now();
    const tell = (status: number | null, error?: string) =>
      journal({
        method: request.method,
        path: request.path,
        status,
        milliseconds: clock.now() - began,
        ...(error === undefined ? {} : { error }),
      });
    try {
      const response = await next(request);
      tell(response.status);
      return response;
    } catch (error) {
      tell(
        error instanceof TargetError ? error.status : null,
        error instanceof TargetError ? error.code : 'UNEXPECTED',
      );
      throw error;
    }
  };
}

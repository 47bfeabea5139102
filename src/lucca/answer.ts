/** Judges an HTTP answer of Lucca: only a well-formed JSON body under 200 is data, everything else is a named fault. */
import type { JsonValue } from '../json.js';
import { LuccaError } from './errors.js';
import type { HttpAnswer } from './exchange.js';
import { refused, remedyOf, type Way } from './refusal.js';

/**
 * Gives the JSON of a good answer.
 * @param path what was asked, for messages
 * @param now the clock's time, for a Retry-After that is a date without a Date header beside it
 * @throws LuccaError for every other answer
 */
export function judge(answer: HttpAnswer, path: string, way: Way, now: number): JsonValue {
  const { status } = answer;
  if (status >= 200 && status < 300) return parseBody(answer, path);
  if (status >= 300 && status < 400) throw redirected(answer, path, way);
  throw refused(answer, path, way, now);
}

function parseBody({ body, headers }: HttpAnswer, path: string): JsonValue {
  const text = body.trimStart();
  const problem = (code: string, message: string, fault: 'cut' | 'not-data', cause?: unknown) =>
    new LuccaError(code, message, {
      fault,
      remedy:
        'Check that the Lucca address is the tenant itself, and look for a proxy or a maintenance page in between.',
      exitCode: fault === 'cut' ? 1 : 2,
      cause,
    });
  if (text === '') throw problem('LUCCA_ANSWER_EMPTY', `GET ${path} answered with an empty body.`, 'cut');
  if (text.startsWith('<') || headers.get('content-type')?.includes('html')) {
    throw problem('LUCCA_NOT_JSON', `GET ${path} answered with a web page instead of JSON.`, 'not-data');
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    if (/^[[{]/.test(text)) {
      throw problem(
        'LUCCA_ANSWER_CUT',
        `GET ${path} answered with JSON that is broken or cut short.`,
        'cut',
        cause,
      );
    }
    throw problem(
      'LUCCA_NOT_JSON',
      `GET ${path} answered with something that is not JSON.`,
      'not-data',
      cause,
    );
  }
}

function redirected({ status, headers }: HttpAnswer, path: string, way: Way): LuccaError {
  const target = headers.get('location') ?? '';
  // Without the query: a login redirect may carry tokens.
  const place = target.replace(/[?#].*$/s, '') || 'an unnamed place';
  const login = /login|signin|identity|authorize|connect/i.test(place);
  return new LuccaError(
    'LUCCA_REDIRECTED',
    `GET ${path} was redirected (${status}) to ${place}${login ? ', a login page: the credentials were not accepted' : ''}.`,
    {
      fault: 'not-data',
      status,
      remedy: login
        ? remedyOf(way)
        : `If your Lucca moved, give the new address; the bridge follows no redirects with credentials.`,
      exitCode: 2,
    },
  );
}

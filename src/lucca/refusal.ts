/** Error statuses of Lucca as faults with a code, a message that names the route, and a remedy. */
import { detailOf, parseRetryAfter } from './error-details.js';
import { LuccaError } from './errors.js';
import type { HttpAnswer } from './exchange.js';

/** Which credentials a request carried; decides what the remedies say. */
export type Way = 'api-key' | 'oauth';

const KEY_REMEDY =
  'Copy the API key of this very tenant from the bottom of its page /organization/structure/roles into the place that lucca.apiKey names.';
const CLIENT_REMEDY =
  'Check the client on the page /identity/admin/integration-keys of this very tenant: it must belong to it and still exist.';

/** Where to mend credentials that are not accepted. */
export function remedyOf(way: Way): string {
  return way === 'api-key' ? KEY_REMEDY : CLIENT_REMEDY;
}

/** The fault that an answer with a status of 400 or more stands for. */
export function refused(answer: HttpAnswer, path: string, way: Way, now: number): LuccaError {
  const { status } = answer;
  const detail = detailOf(answer.body);
  const said = detail === '' ? '' : ` Lucca says: ${detail}`;
  const make = (
    code: string,
    message: string,
    options: Omit<ConstructorParameters<typeof LuccaError>[2], 'status' | 'detail'>,
  ) => new LuccaError(code, message, { ...options, status, detail });
  const what = way === 'api-key' ? 'API key' : 'access token';

  switch (true) {
    case status === 401:
      return make(
        way === 'api-key' ? 'LUCCA_KEY_REFUSED' : 'LUCCA_TOKEN_REFUSED',
        `Lucca refused the ${what} (401) on GET ${path}.`,
        {
          fault: 'credentials',
          remedy: remedyOf(way),
          exitCode: 2,
        },
      );
    case status === 403:
      return make('LUCCA_RIGHT_MISSING', `The ${what} may not read ${path} (403).${said}`, {
        fault: 'right',
        remedy:
          way === 'api-key'
            ? 'Grant the permission to the role of the API key in Lucca; `lucca-scim check` says which.'
            : `Grant the scope that belongs to ${path} to the OAuth client; \`lucca-scim check\` says which.`,
        exitCode: 2,
      });
    case status === 404 || status === 410:
      return make('LUCCA_ROUTE_MISSING', `Lucca has no ${path} (${status}), or hides it from this ${what}.`, {
        fault: 'route',
        remedy:
          'Check the Lucca address; if it is right, Lucca may have closed this route: update the bridge.',
        exitCode: 2,
      });
    case status === 408:
      return make('LUCCA_TOO_SLOW', `Lucca gave up on GET ${path} (408).`, {
        fault: 'slow',
        remedy: 'Try again when Lucca is less busy.',
      });
    case status === 429:
      return make('LUCCA_QUOTA_EXHAUSTED', `Lucca's request quota is used up (429) on GET ${path}.`, {
        fault: 'throttled',
        remedy:
          'Other integrations use the same quota: run the bridge at another hour, or give it a larger reserve.',
        retryAfter: parseRetryAfter(answer.headers, now),
      });
    case status >= 500:
      return make('LUCCA_SERVER_ERROR', `Lucca failed (${status}) on GET ${path}.${said}`, {
        fault: 'server',
        remedy: 'Try again later; if it stays so, ask Lucca support.',
        retryAfter: parseRetryAfter(answer.headers, now),
      });
    case way === 'oauth' && /api-version/i.test(detail):
      return make(
        'LUCCA_API_VERSION_REFUSED',
        `Lucca refused the Api-Version header (${status}) on GET ${path}.${said}`,
        {
          fault: 'credentials',
          remedy: 'Give lucca.oauth.apiVersion as a date that Lucca knows, such as 2024-11-01.',
          exitCode: 2,
        },
      );
    default:
      return make('LUCCA_REQUEST_REFUSED', `Lucca refused GET ${path} (${status}).${said}`, {
        fault: 'request',
        remedy: 'Check the Lucca settings in your configuration; if they are right, report this message.',
        exitCode: 2,
      });
  }
}

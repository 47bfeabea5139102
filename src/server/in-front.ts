/**
 * The endpoint in front of an Express application instead of inside it. Express gives every request and response another
 * prototype, which makes Node handle them several times slower from then on; requests that the endpoint answers itself are
 * spared that.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ScimHandler, ScimRequest } from './scim-request.js';

/**
 * A listener for `createServer` that answers requests below `basePath` by `endpoint` and all others by `application`.
 *
 * Inside the application, `endpoint` must be mounted at `basePath` too: what comes in another spelling (`/SCIM/v2`), or when the
 * endpoint cannot be opened, is left to Express. Forwarded headers do not count in front: an application that trusts a proxy
 * mounts the endpoint inside only, or gives it its public address.
 */
export function inFrontOf(
  application: (request: IncomingMessage, response: ServerResponse) => void,
  basePath: string,
  endpoint: ScimHandler,
): RequestListener {
  const base = basePath.replace(/\/+$/, '');
  return (request: ScimRequest, response) => {
    const { url = '' } = request;
    const rest = url.startsWith(base) ? url.slice(base.length) : undefined;
    if (rest === undefined || !/^([/?]|$)/.test(rest)) {
      application(request, response);
      return;
    }
    request.baseUrl = base;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    endpoint(request, response, () => {
      request.url = url;
      application(request, response);
    });
  };
}

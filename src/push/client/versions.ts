/**
 * Writes to a target that takes none blindly (428, RFC 6585 section 3): the version of the resource is read, and sent along as
 * If-Match (RFC 7644 section 3.14). Nothing is read where the target does not ask for it.
 */
import { isJsonObject } from '../../json.js';
import type { Layer, Send, TargetRequest } from './exchange.js';
import { TargetError } from './target-error.js';

export interface VersionOptions {
  /** The target is known to ask for it. */
  required: boolean;
  /** Told once, when the target turns out to ask for it. */
  onRequired(why: string): void;
}

export function withVersions(options: VersionOptions): Layer {
  let { required } = options;
  return (next) => async (request) => {
    if (request.method === 'GET' || request.method === 'POST') return next(request);
    if (required) return sendWithVersion(next, request);
    try {
      return await next(request);
    } catch (error) {
      if (!hasStatus(error, 428)) throw error;
      if (!required) options.onRequired(`${request.method} without If-Match was answered 428`);
      required = true;
      return sendWithVersion(next, request);
    }
  };
}

/** Once more with a fresh version when somebody else wrote in between (412). */
async function sendWithVersion(next: Send, request: TargetRequest) {
  try {
    return await next({ ...request, ifMatch: await readVersion(next, request) });
  } catch (error) {
    if (!hasStatus(error, 412)) throw error;
    return next({ ...request, ifMatch: await readVersion(next, request) });
  }
}

/** The ETag, or `meta.version`, which is the same (RFC 7643 section 3.1); `*` where the target shows neither. */
async function readVersion(next: Send, { path, signal }: TargetRequest): Promise<string> {
  const { body, version } = await next({ method: 'GET', path, ...(signal === undefined ? {} : { signal }) });
  const meta = isJsonObject(body) && isJsonObject(body.meta) ? body.meta : {};
  return version ?? (typeof meta.version === 'string' ? meta.version : '*');
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof TargetError && error.status === status;
}

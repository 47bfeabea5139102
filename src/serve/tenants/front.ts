/** Finds the tenant of a request by the beginning of its path. Each one's listener is made when somebody first asks for it. */
import type { IncomingMessage, RequestListener } from 'node:http';

/**
 * @param tenants listeners by path; no path lies within another
 * @param others answers for what is no tenant's
 */
export function tenantsFront(
  tenants: ReadonlyMap<string, () => RequestListener>,
  others: RequestListener,
): RequestListener {
  const makers = new Map([...tenants].map(([path, make]) => [path.toLowerCase(), make]));
  const made = new Map<string, RequestListener>();
  return (request, response) => {
    const path = beginnings(request).find((beginning) => makers.has(beginning));
    const make = path === undefined ? undefined : makers.get(path);
    if (path === undefined || make === undefined) return others(request, response);
    const listener = made.get(path) ?? make();
    made.set(path, listener);
    listener(request, response);
  };
}

/** More segments than a configured path has need not be looked at. */
const MOST_SEGMENTS = 8;

/** `/t/acme/scim` → `/t`, `/t/acme`, `/t/acme/scim`. */
function beginnings({ url = '' }: IncomingMessage): string[] {
  const [path = ''] = url.split('?', 1);
  const segments = path
    .toLowerCase()
    .split('/')
    .slice(1, MOST_SEGMENTS + 1);
  return segments.map((_, at) => `/${segments.slice(0, at + 1).join('/')}`);
}

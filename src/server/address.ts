/** Under which address the client reached the SCIM root: everything that points back to this server begins with it. */
import type { TLSSocket } from 'node:tls';
import { badRequest } from '../scim/errors.js';
import type { ScimRequest } from './scim-request.js';

/** Gives the address for a request, without a final slash. */
export type AddressReader = (request: ScimRequest) => string;

/**
 * @param publicUrl the address to give whatever the request says.
 *
 * Without it, the address follows from the request, inside Express by its own rules: `trust proxy` decides whether forwarded
 * headers count. Without Express they do not. A Host header that could not be part of an address throws. The last address is remembered, so that all requests
 * that came the same way get one and the same string.
 */
export function createAddressReader(publicUrl: string | undefined): AddressReader {
  if (publicUrl !== undefined) {
    const address = publicUrl.replace(/\/+$/, '');
    return () => address;
  }
  let last = { protocol: '', host: '', baseUrl: '', address: '' };
  return (request) => {
    const { baseUrl = '' } = request;
    const [protocol, host] = readOrigin(request);
    if (protocol !== last.protocol || host !== last.host || baseUrl !== last.baseUrl) {
      if (!/^[\w.:[\]-]+$/.test(host)) throw badRequest('The Host header is malformed.');
      last = { protocol, host, baseUrl, address: `${protocol}://${host}${baseUrl}` };
    }
    return last.address;
  };
}

function readOrigin(request: ScimRequest): [protocol: string, host: string] {
  const { headers, socket } = request;
  const protocol = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  // Express's getters ask for the proxy's word each time; where none was given, the answer is plain.
  if (headers['x-forwarded-host'] !== undefined || headers['x-forwarded-proto'] !== undefined) {
    return [request.protocol ?? protocol, readForwardedHost(request) ?? headers.host ?? 'localhost'];
  }
  return [protocol, headers.host ?? 'localhost'];
}

/** With its port, which Express 4 would leave out; undefined where the proxy named none or is not to be believed. */
function readForwardedHost({ headers, socket, app }: ScimRequest): string | undefined {
  const trusts: unknown = app?.get('trust proxy fn');
  if (typeof trusts !== 'function' || trusts(socket.remoteAddress, 0) !== true) return undefined;
  // The first of several proxies is the one that the client has reached.
  const [first = ''] = String(headers['x-forwarded-host'] ?? '').split(',', 1);
  return first.trim() || undefined;
}

/** A running simulator with a client for each way in, for the tests of this folder. */
import { request } from 'undici';
import {
  acmeCompany,
  type LuccaSimulator,
  type LuccaSimulatorOptions,
  startLuccaSimulator,
} from '../../../src/testing/lucca/index.js';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  body: any;
}

export interface Tenant {
  sim: LuccaSimulator;
  /** As an API key (v3, v4). */
  withKey(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** As an OAuth client with every scope it is granted; the token is asked for once. */
  withToken(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** With these headers only. */
  bare(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** A request to the admin routes. */
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  askToken(form?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** Companies are never changed in place, so one reading serves every test. */
export const ACME = acmeCompany();

/** Starts a simulator of the hand-made company, or of the one given, whose clock stands still. */
export async function openTenant(options: LuccaSimulatorOptions = {}): Promise<Tenant> {
  const sim = await startLuccaSimulator({
    company: options.people === undefined ? ACME : undefined,
    ...options,
    clock: { speed: 0, ...options.clock },
  });
  let token: string | undefined;

  async function send(url: string, init: Parameters<typeof request>[1] = {}): Promise<Answer> {
    const { statusCode, headers, body } = await request(url, init);
    const text = await body.text();
    const isJson = String(headers['content-type'] ?? '').includes('json');
    return { status: statusCode, headers, text, body: isJson && text !== '' ? parse(text) : undefined };
  }
  const askToken = (form: Record<string, string> = {}) => {
    const fields = {
      grant_type: 'client_credentials',
      client_id: sim.clientId,
      client_secret: sim.clientSecret,
      ...form,
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return send(sim.tokenUrl, { method: 'POST', headers, body: new URLSearchParams(fields).toString() });
  };
  const at = (path: string) => (path.startsWith('http') ? path : `${sim.url}${path}`);

  return {
    sim,
    askToken,
    bare: (path, headers = {}) => send(at(path), { headers }),
    withKey: (path, headers = {}) =>
      send(at(path), { headers: { authorization: `lucca application=${sim.apiKey}`, ...headers } }),
    async withToken(path, headers = {}) {
      token ??= String((await askToken()).body.access_token);
      const own = { authorization: `Bearer ${token}`, 'api-version': '2024-11-01' };
      return send(at(path), { headers: { ...own, ...headers } });
    },
    admin(method, path, body) {
      const text = body === undefined ? null : JSON.stringify(body);
      return send(at(path), {
        method: method as 'GET',
        headers: { 'content-type': 'application/json' },
        body: text,
      });
    },
    close: () => sim.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

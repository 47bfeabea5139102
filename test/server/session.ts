/**
 * Replays exchanges that are kept as data over HTTP: requests with what must come back. Values captured from one answer are
 * used in later requests, so that a session written down for one server can be replayed against another.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Application } from 'express';
import request, { type Response } from 'supertest';
import { expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json.js';

export interface Step {
  /** What the step is for, where the request does not say it. */
  note?: string;
  /** `POST /Users?attributes=id`, below the base path. */
  send: string;
  /** Request headers; null takes a default one away. */
  with?: Record<string, string | null>;
  body?: JsonValue;
  /** Instead of `body`: the text as it goes over the wire. */
  raw?: string;
  status: number;
  /** Response headers; '<absent>' and '<string>' as in `expect`. */
  headers?: Record<string, string>;
  /**
   * What the answer's body holds: objects may hold more, lists hold exactly these elements in this order. '<absent>' is a
   * missing member, '<any>' a present one, '<string>', '<integer>' and '<dateTime>' any value of that kind.
   */
  expect?: JsonValue;
  /** Variable → where its value is in the body (`Resources.0.id`), or `header:etag`. */
  save?: Record<string, string>;
}

export interface Session {
  name: string;
  /** Where the shapes of the requests come from. */
  source?: string;
  steps: Step[];
}

const VARIABLES: Record<string, string> = {
  User: 'urn:ietf:params:scim:schemas:core:2.0:User',
  Group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  Enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  PatchOp: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  SearchRequest: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  ListResponse: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  BulkRequest: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  BulkResponse: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
  Error: 'urn:ietf:params:scim:api:messages:2.0:Error',
};

/** An application on a loopback port, with the address of the SCIM endpoint in it. */
export interface Endpoint {
  server: Server;
  base: string;
  basePath: string;
  authorization: string;
  close(): Promise<void>;
}

export async function listen(
  app: Application,
  { basePath, authorization }: { basePath: string; authorization: string },
): Promise<Endpoint> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    base: `http://127.0.0.1:${port}${basePath}`,
    basePath,
    authorization,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Runs the steps in order; the variables captured on the way come back. */
export async function replay(
  endpoint: Endpoint,
  steps: readonly Step[],
  given: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const variables: Record<string, string> = { ...VARIABLES, base: endpoint.base, ...given };
  for (const step of steps) Object.assign(variables, await run(endpoint, fill(step, variables)));
  return variables;
}

/** One exchange, checked; what it captured comes back. */
async function run(endpoint: Endpoint, step: Step): Promise<Record<string, string>> {
  const [method = '', path = ''] = splitOnce(step.send, ' ');
  const verb = method.toLowerCase() as 'get' | 'head' | 'options' | 'post' | 'put' | 'patch' | 'delete';
  const exchange = request(endpoint.server)[verb](`${endpoint.basePath}${path}`).buffer(true);
  const payload = step.raw ?? (step.body === undefined ? undefined : JSON.stringify(step.body));
  const headers: Record<string, string | null> = {
    Authorization: endpoint.authorization,
    ...(payload === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
    ...step.with,
  };
  for (const [name, value] of Object.entries(headers)) if (value !== null) exchange.set(name, value);
  const response = await exchange
    .parse(readText)
    .send(payload)
    .ok(() => true);
  const text = typeof response.body === 'string' ? response.body : '';
  const label = `${step.note === undefined ? '' : `${step.note}: `}${step.send}\n${text.slice(0, 2_000)}\n`;
  expect(response.status, label).toBe(step.status);
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    match(response.headers[name.toLowerCase()], value, `${label} header ${name}`);
  }
  const body: JsonValue | undefined = text === '' ? undefined : JSON.parse(text);
  if (step.expect !== undefined) match(body, step.expect, label);
  return capture(step.save ?? {}, body, response.headers);
}

/** Answers are parsed here and not by media type: a wrong type must not hide the body. */
function readText(answer: Response, done: (error: Error | null, text: string) => void): void {
  const response = answer as unknown as NodeJS.ReadableStream;
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
  });
  response.on('end', () => done(null, text));
}

function capture(
  save: Record<string, string>,
  body: JsonValue | undefined,
  headers: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(save).map(([variable, where]) => {
      const value = where.startsWith('header:') ? headers[where.slice(7)] : dig(body, where.split('.'));
      expect(value, `nothing to capture at ${where}`).toBeTypeOf('string');
      return [variable, String(value)];
    }),
  );
}

function dig(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((at, key) => (at as JsonObject | undefined)?.[key], value);
}

/** Puts the variables in the place of `{{name}}`, everywhere in a step. */
function fill<T>(value: T, variables: Readonly<Record<string, string>>): T {
  const text = JSON.stringify(value).replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    expect(variables, `unknown variable ${name}`).toHaveProperty(name);
    return JSON.stringify(variables[name]).slice(1, -1);
  });
  return JSON.parse(text) as T;
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  '<absent>': (value) => value === undefined,
  '<any>': (value) => value !== undefined,
  '<string>': (value) => typeof value === 'string' && value !== '',
  '<integer>': (value) => Number.isInteger(value),
  '<dateTime>': (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
};

/** Checks that `actual` holds what is expected, and says where it does not. */
function match(actual: unknown, expected: JsonValue | undefined, at: string): void {
  const kind = typeof expected === 'string' ? KINDS[expected] : undefined;
  if (kind !== undefined) {
    expect(kind(actual), `${at} should be ${String(expected)}, is ${JSON.stringify(actual)}`).toBe(true);
  } else if (Array.isArray(expected)) {
    expect(Array.isArray(actual) ? actual.length : actual, `${at} (length)`).toBe(expected.length);
    for (const [index, each] of expected.entries())
      match((actual as unknown[])[index], each, `${at}[${index}]`);
  } else if (typeof expected === 'object' && expected !== null) {
    expect(actual, at).toBeTypeOf('object');
    for (const [key, each] of Object.entries(expected))
      match((actual as JsonObject)[key], each, `${at}.${key}`);
  } else {
    expect(actual, at).toEqual(expected);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const place = text.indexOf(separator);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)];
}

/** What reached a simulated target: for tests to count and to read. */
import type { Request } from 'express';
import type { JsonValue } from '../../json.js';

export interface TargetRequest {
  method: string;
  /** Below the base path, without the query: `/Users/42`. */
  path: string;
  /** Decoded; empty when there is none. */
  query: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, else as text; undefined when there is none. */
  body: JsonValue | undefined;
}

export interface RequestCounters {
  reads: number;
  writes: number;
}

export class RequestLog {
  #requests: TargetRequest[] = [];

  get requests(): readonly TargetRequest[] {
    return this.#requests;
  }

  get counters(): RequestCounters {
    const writes = this.#requests.filter(isWriting).length;
    return { reads: this.#requests.length - writes, writes };
  }

  add(request: TargetRequest): void {
    this.#requests.push(request);
  }

  clear(): void {
    this.#requests = [];
  }
}

export function isWriting({ method, path }: TargetRequest): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && !path.endsWith('/.search');
}

/** @param body the raw body. */
export function describeRequest(request: Request, body: Buffer): TargetRequest {
  const url = new URL(request.url, 'http://target');
  return {
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: body.length === 0 ? undefined : parse(body.toString()),
  };
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** One HTTP exchange with a target, and the one signature that every layer of the client shares. */
import type { JsonObject, JsonValue } from '../../json.js';
import type { Quota } from './quota.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface TargetRequest {
  method: Method;
  /** Below the base address: `/Users`, `/Users/2819c223`. Ids in it are already percent-encoded. */
  path: string;
  /** What has one asks for a list: an answer that is none is nonsense (RFC 7644 section 3.4.2). */
  query?: Readonly<Record<string, string | number>>;
  body?: JsonObject;
  /** Version of the resource that is to be written over. */
  ifMatch?: string;
  /** Asks whether the target is there at all: it is given up soon, so that nothing waits long for a target that is not. */
  isKnock?: boolean;
  /** Aborts when the run that asks for it stops: then it waits for nothing any more. */
  signal?: AbortSignal;
}

/** A 2xx answer; everything else is thrown as a TargetError. */
export interface TargetResponse {
  status: number;
  /** Undefined when the answer had no body. */
  body: JsonValue | undefined;
  /** The Location header, when there is one. */
  location: string | undefined;
  /** The ETag header, when there is one. */
  version?: string | undefined;
  /** How many requests the target says that it will still take. */
  quota?: Quota | undefined;
}

export type Send = (request: TargetRequest) => Promise<TargetResponse>;

/** Behaviour around a `Send`: retry, pace and journal are each one of these. */
export type Layer = (next: Send) => Send;

/** POST makes something new each time it is heard; all other methods may be repeated without harm (RFC 9110 section 9.2.2; a SCIM PATCH of ours sets values or adds and removes members, both with the same end). */
export function isRepeatable(request: TargetRequest): boolean {
  return request.method !== 'POST';
}

/** What a target limits separately: reads and writes of each endpoint. */
export function kindOf({ method, path }: TargetRequest): string {
  return `${method === 'GET' ? 'read' : 'write'} ${path.split('/')[1]}`;
}

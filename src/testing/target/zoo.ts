/** What the switches of a simulated target do to each request on its way to the SCIM server, and to the answer on its way back. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { isJsonObject, type JsonObject } from '../../json.js';
import { internalError, type ScimError, tooManyRequests } from '../../scim/errors.js';
import type { Registry } from '../../scim/registry.js';
import { type Answer, errorAnswer, send } from '../../server/answer.js';
import { Allowances } from './allowances.js';
import type { TargetFault } from './faults.js';
import { intercept } from './interception.js';
import { Memory } from './memory.js';
import type { MemoryBackend } from './memory-backend.js';
import { refuse } from './refusals.js';
import { isWriting, type TargetRequest } from './request-log.js';
import { rewriteRequest, writeUrl } from './rewriting.js';
import { showAnswer } from './showing.js';
import type { TargetSwitches, Trouble } from './switches.js';

export interface ZooOptions {
  /** Read for every request. */
  switches: TargetSwitches;
  backend: MemoryBackend;
  registry: Registry;
  now: () => number;
}

export interface Zoo {
  /** What goes wrong with the request, as the switches have it; asking counts it. */
  trouble(request: TargetRequest): TargetFault | undefined;
  /** Answers the request itself, or passes it on to the SCIM server as the switches make it. */
  receive(described: TargetRequest, request: Request, response: Response, next: () => void): Promise<void>;
}

/** Long enough for writes that come together to meet. */
const WRITE_TAKES_MS = 2;

export function createZoo({ switches, backend, registry, now }: ZooOptions): Zoo {
  const allowances = new Allowances(now);
  const memory = new Memory(now);
  const seen = new Map<Trouble, number>();
  let writing = 0;

  const nthUser = (n: number): string | undefined => {
    const type = registry.resourceType('User');
    return type === undefined ? undefined : backend.list(type)[n - 1]?.id;
  };

  /** The objection that answers the request at once. */
  function object(
    described: TargetRequest,
    request: Request,
  ): { error: ScimError; wait?: number } | undefined {
    const seconds = allowances.take(described, switches.rates);
    if (seconds > 0) return { error: tooManyRequests('Too many requests.'), wait: seconds };
    const error = refuse(described, switches, { userAgent: request.headers['user-agent'], nthUser });
    return error && { error };
  }

  /** 500 when too many writes are under way. */
  async function queue(response: Response): Promise<ScimError | undefined> {
    if (switches.writesAtOnce === null) return undefined;
    if (writing >= switches.writesAtOnce) return internalError('Something broke in the target.');
    writing += 1;
    response.once('close', () => {
      writing -= 1;
    });
    await wait(WRITE_TAKES_MS);
    return undefined;
  }

  /** The resource that the request is about, as it stands. */
  function currentOf({ path }: TargetRequest): JsonObject | undefined {
    const [, endpoint = '', id] = path.split('/');
    const type = registry.resourceType(endpoint);
    return type === undefined || id === undefined
      ? undefined
      : backend.get(type, decodeURIComponent(id))?.resource;
  }

  /** Notes what a write is about to change, and what it made. */
  function remember(described: TargetRequest, response: Response): void {
    const before = currentOf(described);
    if (before !== undefined) memory.changing(String(before.id), before);
    if (described.method !== 'POST') return;
    intercept(response, (answer) => {
      const made: unknown = answer.status === 201 ? JSON.parse(answer.body) : undefined;
      if (isJsonObject(made)) memory.changing(String(made.id), null);
      return answer;
    });
  }

  return {
    trouble(request) {
      return switches.trouble.find((trouble) => {
        if (trouble.methods !== undefined && !trouble.methods.includes(request.method)) return false;
        const count = (seen.get(trouble) ?? 0) + 1;
        seen.set(trouble, count);
        return count % trouble.every === 0;
      })?.fault;
    },
    async receive(described, request, response, next) {
      memory.tick();
      intercept(response, (answer) => showAnswer(answer, described, switches, memory));
      const objection = object(described, request);
      if (objection !== undefined) {
        const { error, wait: seconds } = objection;
        const isTold = seconds !== undefined && switches.retryAfter;
        send(response, isTold ? errorAnswer(error, { 'Retry-After': String(seconds) }) : errorAnswer(error));
        return;
      }
      if (isWriting(described)) {
        const overload = await queue(response);
        if (overload !== undefined) {
          send(response, errorAnswer(overload));
          return;
        }
        if (switches.doesNothing) {
          send(response, pretend(described));
          return;
        }
        remember(described, response);
      }
      const { path, query, body } = rewriteRequest(described, switches, currentOf(described));
      const sentTo = path === switches.configPath ? '/ServiceProviderConfig' : path;
      request.url = writeUrl({ path: sentTo, query });
      if (body !== undefined)
        request.body = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      next();
    },
  };
}

let pretended = 0;

/** The answer of a target that did what it was asked. */
function pretend({ method, body }: TargetRequest): Answer {
  if (method !== 'POST') return { status: 204, headers: {}, body: undefined };
  const id = `pretended-${++pretended}`;
  const resource = { ...(isJsonObject(body) ? body : {}), id };
  return { status: 201, headers: {}, body: JSON.stringify(resource) };
}

/** The SCIM client of one target: five verbs on top of the layers transport ← journal ← gate ← tempo ← pace ← retry. */
import { setMaxListeners } from 'node:events';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { type Clock, systemClock } from '../../clock.js';
import { BridgeError } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import type { TargetProfile } from '../profile.js';
import { parseAddress } from './address.js';
import { createBrake } from './brake.js';
import { type BulkOptions, withBulk } from './bulk.js';
import type { Send, TargetRequest, TargetResponse } from './exchange.js';
import { withGate } from './gate.js';
import { type Journal, withJournal } from './journal.js';
import { withPace } from './pace.js';
import { withRetry } from './retry.js';
import { createdIn, nonsense, nonsenseIn, resourceIn } from './sense.js';
import { TargetError } from './target-error.js';
import { withTempo } from './tempo.js';
import { createTransport } from './transport.js';
import { type VersionOptions, withVersions } from './versions.js';

export interface TargetClientOptions {
  /** SCIM base address: `https://app.example.com/scim/v2`. */
  url: string;
  profile: TargetProfile;
  /** The secret itself; the profile says in which header and form it goes. Left out when `headers` carries it. */
  token?: string | undefined;
  /** Further headers; they win over the profile's. */
  headers?: Readonly<Record<string, string>> | undefined;
  clock?: Clock;
  /** Called for every exchange that took place. */
  journal?: Journal | undefined;
  /** Asked before each write; when it rejects, the write is not sent. */
  permit?: (() => Promise<void>) | undefined;
  /** Called when the client holds itself back, with the milliseconds. */
  onWait?: ((milliseconds: number) => void) | undefined;
}

/** Requests that really went out, retries included. */
export interface Traffic {
  reads: number;
  writes: number;
}

export interface TargetClient {
  /** GET of one resource or discovery document; with a query, of a list. */
  get(path: string, query?: TargetRequest['query']): Promise<JsonObject>;
  /** The same for the first request of a run: where the target does not answer, it gives up within half a minute. */
  knock(path: string): Promise<JsonObject>;
  /** POST; resolves to what the target made of it, which may lack everything but the id. */
  create(
    path: string,
    body: JsonObject,
  ): Promise<{ id: string | undefined; resource: JsonObject | undefined }>;
  /**
   * PATCH and PUT resolve to the resource as the target has it now, where the answer shows it. One that is neither empty nor a
   * resource (RFC 7644 section 3.5) is nonsense.
   */
  patch(path: string, operations: readonly JsonObject[]): Promise<JsonObject | undefined>;
  replace(path: string, body: JsonObject): Promise<JsonObject | undefined>;
  /** DELETE; a resource that is already gone counts as deleted (R24). */
  remove(path: string): Promise<void>;
  /** The same client, but writes that are asked for at the same time travel in one request (RFC 7644 section 3.7). */
  inBulk(options: BulkOptions): TargetClient;
  /** The same client, but where the target asks for it, writes carry the version of what they write over (RFC 7644 section 3.14). */
  withVersions(options: VersionOptions): TargetClient;
  /** The same client, but its requests wait for nothing any more once the signal aborts: they reject with TARGET_INTERRUPTED. */
  until(signal: AbortSignal): TargetClient;
  readonly traffic: Readonly<Traffic>;
  /** Lets time pass; at once where requests wait for nothing any more. @param milliseconds how much */
  pause(milliseconds: number): Promise<void>;
  /** Ends what waits, as `until` does, then the connections. */
  close(): Promise<void>;
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const USER_AGENT = 'lucca-scim-bridge';
const TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;
const ATTEMPTS = 4;
const PATIENCE_MS = 15 * 60_000;
const OUTAGE_MS = 2 * 60_000;
/** A target that is not there is given up within half a minute. */
const KNOCK = { timeoutMs: 12_000, attempts: 2, outageMs: 20_000 };

/**
 * Connects to nothing yet; every verb rejects with a TargetError.
 * @throws BridgeError TARGET_ADDRESS_INVALID, TARGET_CREDENTIALS_INVALID
 */
export function createTargetClient(options: TargetClientOptions): TargetClient {
  const clock = options.clock ?? systemClock;
  const traffic: Traffic = { reads: 0, writes: 0 };
  const transport = createTransport({
    address: parseAddress(options.url),
    headers: headersOf(options),
    secrets: secretsOf(options),
    mediaType: options.profile.mediaType,
    connections: options.profile.concurrency,
    timeoutMs: TIMEOUT_MS,
    knockTimeoutMs: KNOCK.timeoutMs,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    clock,
  });
  const counted: Send = async (request) => {
    if (request.method !== 'GET') await options.permit?.();
    traffic[request.method === 'GET' ? 'reads' : 'writes'] += 1;
    return transport.send(request);
  };
  const journalled = options.journal === undefined ? counted : withJournal(options.journal, clock)(counted);
  const brake = createBrake(clock, PATIENCE_MS, options.onWait);
  const layers = [
    withRetry({ clock, brake, attempts: ATTEMPTS, outageMs: OUTAGE_MS, knock: KNOCK }),
    withPace(options.profile.rates, clock),
    withTempo(clock, brake),
    withGate(options.profile.concurrency, clock, brake),
  ];
  const send = layers.reduceRight<Send>((next, layer) => layer(next), journalled);

  const closing = new AbortController();
  const verbsOver = (send: Send, signal: AbortSignal): TargetClient => {
    // As many requests wait at a time as the applier has workers.
    setMaxListeners(0, signal);
    const sendUntil: Send = (request) => send({ ...request, signal });
    return {
      ...createVerbs(sendUntil),
      traffic,
      pause: (milliseconds) => clock.sleep(milliseconds, signal).catch(() => {}),
      inBulk: (bulk) => verbsOver(withBulk(bulk)(sendUntil), signal),
      withVersions: (versions) => verbsOver(withVersions(versions)(sendUntil), signal),
      until: (other) => verbsOver(send, AbortSignal.any([signal, other])),
      close() {
        closing.abort();
        return transport.close();
      },
    };
  };
  return verbsOver(send, closing.signal);
}

/** The verbs of SCIM in terms of requests and answers. */
function createVerbs(
  send: Send,
): Omit<TargetClient, 'inBulk' | 'withVersions' | 'until' | 'traffic' | 'pause' | 'close'> {
  return {
    get: (path, query) => read(send, { method: 'GET', path, ...(query === undefined ? {} : { query }) }),
    knock: (path) => read(send, { method: 'GET', path, isKnock: true }),
    async create(path, body) {
      const response = await send({ method: 'POST', path, body });
      return {
        id: createdIn(response),
        resource: isJsonObject(response.body) ? response.body : undefined,
      };
    },
    patch: (path, operations) =>
      write(send, {
        method: 'PATCH',
        path,
        body: { schemas: [PATCH_OP], Operations: [...operations] },
      }),
    replace: (path, body) => write(send, { method: 'PUT', path, body }),
    async remove(path) {
      try {
        await send({ method: 'DELETE', path });
      } catch (error) {
        if (!(error instanceof TargetError) || error.status !== 404) throw error;
      }
    },
  };
}

async function read(send: Send, request: TargetRequest): Promise<JsonObject> {
  const response = await send(request);
  if (isJsonObject(response.body)) return response.body;
  throw unread(request, response, 'is no JSON object');
}

async function write(send: Send, request: TargetRequest): Promise<JsonObject | undefined> {
  const response = await send(request);
  const why = nonsenseIn(request, response);
  if (why !== undefined) throw unread(request, response, why);
  return resourceIn(response);
}

function unread(request: TargetRequest, { status, body }: TargetResponse, why: string): TargetError {
  return nonsense(request, status, JSON.stringify(body) ?? '', why);
}

function headersOf({ profile, token, headers }: TargetClientOptions): Record<string, string> {
  const all: Record<string, string> = { 'user-agent': USER_AGENT };
  for (const [name, value] of Object.entries(profile.headers)) all[name.toLowerCase()] = value;
  if (token !== undefined) {
    const { header, scheme } = profile.auth;
    all[header.toLowerCase()] = scheme === '' ? token.trim() : `${scheme} ${token.trim()}`;
  }
  for (const [name, value] of Object.entries(headers ?? {})) all[name.toLowerCase()] = value.trim();
  for (const [name, value] of Object.entries(all)) checkHeader(name, value);
  return all;
}

/** What the configuration holds as credentials: the token, and every word of the headers that it adds. */
function secretsOf({ token, headers }: TargetClientOptions): string[] {
  const added = Object.values(headers ?? {}).flatMap((value) => value.trim().split(/\s+/));
  return [...(token === undefined ? [] : [token.trim()]), ...added];
}

function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new BridgeError('TARGET_CREDENTIALS_INVALID', `The header ${name} cannot be sent as it is.`, {
      remedy: 'Copy the token again, on one line and without quotes or spaces inside.',
      exitCode: 2,
      cause,
    });
  }
}

/** Path of one resource; its id is the target's and may hold any character. */
export function pathOf(endpoint: string, targetId: string): string {
  return `${endpoint}/${encodeURIComponent(targetId)}`;
}

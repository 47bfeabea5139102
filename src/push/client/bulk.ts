/**
 * Writes that are asked for at the same time travel together (RFC 7644 section 3.7). Each of them gets its own answer, as if
 * it had gone alone; whatever the bulk answer leaves open is repeated alone where that is harmless, and is a doubtful
 * outcome where it is not, so that whoever asked looks first (R21).
 */

import type { JsonObject } from '../../json.js';
import { type BulkResult, readBulkAnswer } from './bulk-answer.js';
import { believable } from './bulk-check.js';
import { isRepeatable, type Layer, type Send, type TargetRequest, type TargetResponse } from './exchange.js';
import { fromAnswer, isHeldBack, TargetError } from './target-error.js';

export interface BulkOptions {
  /** Operations in one request. */
  maxOperations: number;
  /** Bytes of one request. */
  maxPayloadSize: number;
  /** Told when the target turns out to take fewer operations than it said, not only for now; 0: no Bulk at all. */
  onLimit(maxOperations: number, why: string): void;
}

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
/** What the message weighs around its operations. */
const ENVELOPE_BYTES = 256;
/** Bulk requests in a row that failed as a whole, after which everything goes alone. */
const FAILURES_IN_A_ROW = 2;

interface Waiting {
  request: TargetRequest;
  bytes: number;
  resolve(response: TargetResponse): void;
  reject(error: unknown): void;
}

export function withBulk(options: BulkOptions): Layer {
  return (next) => {
    const bulk = new BulkSender(options, next);
    return (request) => (request.method === 'GET' ? next(request) : bulk.send(request));
  };
}

class BulkSender {
  readonly #options: BulkOptions;
  readonly #next: Send;
  #limit: number;
  #failures = 0;
  #queue: Waiting[] = [];
  /** Length of the queue when it was last looked at; null while nobody looks. */
  #seen: number | null = null;

  constructor(options: BulkOptions, next: Send) {
    this.#options = options;
    this.#next = next;
    this.#limit = options.maxOperations;
  }

  send(request: TargetRequest): Promise<TargetResponse> {
    if (this.#limit < 2) return this.#next(request);
    return new Promise((resolve, reject) => {
      const bytes = Buffer.byteLength(JSON.stringify(operationOf(request, this.#queue.length)));
      this.#queue.push({ request, bytes, resolve, reject });
      if (this.#queue.length >= this.#limit) this.#flush();
      else if (this.#seen === null) this.#watch(0);
    });
  }

  /** Sends what is waiting as soon as nothing is added to it any more. */
  #watch(seen: number): void {
    this.#seen = seen;
    setImmediate(() => {
      if (this.#queue.length > (this.#seen ?? 0)) this.#watch(this.#queue.length);
      else this.#flush();
    });
  }

  #flush(): void {
    this.#seen = null;
    const waiting = this.#queue;
    this.#queue = [];
    for (const batch of this.#cut(waiting)) void this.#sendBatch(batch);
  }

  /** Into as many requests as the target's limits make necessary. */
  #cut(waiting: readonly Waiting[]): Waiting[][] {
    const room = this.#options.maxPayloadSize - ENVELOPE_BYTES;
    const batches: Waiting[][] = [];
    let batch: Waiting[] = [];
    let bytes = 0;
    for (const one of waiting) {
      if (batch.length > 0 && (batch.length >= this.#limit || bytes + one.bytes + 1 > room)) {
        batches.push(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(one);
      bytes += one.bytes + 1;
    }
    return batch.length === 0 ? batches : [...batches, batch];
  }

  async #sendBatch(batch: readonly Waiting[]): Promise<void> {
    const [only, second] = batch;
    if (only === undefined) return;
    if (second === undefined || this.#limit < 2) {
      for (const one of batch) void this.#sendAlone(one);
      return;
    }
    const operations = batch.map(({ request }, index) => operationOf(request, index));
    try {
      const { body } = await this.#next({
        method: 'POST',
        path: '/Bulk',
        body: { schemas: [BULK_REQUEST], Operations: operations },
      });
      await this.#settle(batch, readBulkAnswer(body, operations));
    } catch (error) {
      if (error instanceof TargetError) this.#failAsWhole(batch, error);
      else for (const one of batch) one.reject(error);
    }
  }

  async #settle(batch: readonly Waiting[], results: readonly (BulkResult | undefined)[]): Promise<void> {
    const told = batch.flatMap((one, index) => {
      const result = results[index];
      return result === undefined ? [] : [{ ...one, result }];
    });
    // A target that leaves its creates open is of no use, whatever it says of the rest.
    const creates = batch.filter(isCreate);
    const counted = told.filter((one) => creates.length === 0 || isCreate(one));
    if (counted.length === 0) this.#countFailure('bulk answers do not say what became of which write');
    else this.#failures = 0;
    batch.forEach((one, index) => {
      if (results[index] === undefined) this.#leaveOpen(one, 'the bulk answer says nothing certain about it');
    });
    const [created, rest] = [told.filter(isCreated), told.filter((one) => !isCreated(one))];
    for (const one of rest) this.#settleOne(one, one.result);
    const { believed, mixedUp } = await believable(created, this.#next);
    if (mixedUp) this.#learn(0, 'a bulk answer gave one resource the address of another');
    for (const one of created) {
      if (believed.has(one)) this.#settleOne(one, one.result);
      else this.#leaveOpen(one, 'the bulk answer mixes resources up');
    }
  }

  #settleOne(one: Waiting, result: BulkResult): void {
    if (isSuccess(result)) {
      one.resolve({ status: result.status, body: result.response, location: result.location });
      return;
    }
    const error = fromAnswer(one.request, result.status, result.response, undefined);
    const passes = error.kind === 'throttled' || error.kind === 'transient';
    if (passes && (isRepeatable(one.request) || !error.mayHaveHappened)) void this.#sendAlone(one);
    else one.reject(error);
  }

  /** The request failed as a whole: cut smaller, or every write alone. */
  #failAsWhole(batch: readonly Waiting[], error: TargetError): void {
    if (error.status === 413 || error.scimType === 'tooMany') {
      this.#learn(Math.floor(batch.length / 2), 'a bulk request was too large');
      for (const part of this.#cut(batch)) void this.#sendBatch(part);
      return;
    }
    if (error.status === 401 || (isHeldBack(error) && !error.mayHaveHappened)) {
      for (const one of batch) one.reject(error);
      return;
    }
    if (error.status === 404 || error.status === 405 || error.status === 501) {
      this.#learn(0, `POST /Bulk was answered ${error.status}`);
    } else {
      this.#countFailure(error.kind === 'refused' ? `POST /Bulk is answered ${error.status}` : undefined);
    }
    for (const one of batch) {
      if (error.mayHaveHappened) this.#leaveOpen(one, `the bulk request failed (${error.code})`, error);
      else void this.#sendAlone(one);
    }
  }

  #leaveOpen(one: Waiting, what: string, cause?: TargetError): void {
    if (isRepeatable(one.request)) {
      void this.#sendAlone(one);
      return;
    }
    one.reject(
      new TargetError(one.request, {
        kind: cause?.kind ?? 'nonsense',
        code: cause?.code ?? 'TARGET_NONSENSE',
        message: what,
        remedy: 'The bridge looks whether it was made before it tries again.',
        status: cause?.status ?? null,
        mayHaveHappened: true,
        cause,
      }),
    );
  }

  #sendAlone({ request, resolve, reject }: Waiting): Promise<void> {
    return this.#next(request).then(resolve, reject);
  }

  /** @param why undefined when the target merely failed: that will pass, and says nothing about Bulk */
  #countFailure(why: string | undefined): void {
    this.#failures += 1;
    if (this.#failures < FAILURES_IN_A_ROW) return;
    if (why === undefined) this.#limit = 0;
    else this.#learn(0, why);
  }

  #learn(limit: number, why: string): void {
    if (limit >= this.#limit) return;
    this.#limit = limit < 2 ? 0 : limit;
    this.#options.onLimit(this.#limit, why);
  }
}

function isCreate({ request }: Waiting): boolean {
  return request.method === 'POST';
}

function isCreated(one: Waiting & { result: BulkResult }): boolean {
  return isCreate(one) && isSuccess(one.result);
}

function isSuccess({ status }: BulkResult): boolean {
  return status >= 200 && status <= 299;
}

/** RFC 7644 section 3.7: a bulkId names what does not exist yet, `version` stands for If-Match. */
function operationOf({ method, path, body, ifMatch }: TargetRequest, index: number): JsonObject {
  return {
    method,
    path,
    ...(ifMatch === undefined ? {} : { version: ifMatch }),
    ...(method === 'POST' ? { bulkId: `op${index}` } : {}),
    ...(body === undefined ? {} : { data: body }),
  };
}

/**
 * Bulk requests (RFC 7644 section 3.7). Operations run in the client's order, except that one which refers to a resource yet
 * to be created waits for it; where resources refer to each other in a circle, the first is created without its references and
 * completed when the others exist.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from '../json.js';
import { conflict, invalidValue, ScimError } from '../scim/errors.js';
import type { Answer } from './answer.js';
import { toScimError } from './answer.js';
import type { StoredResource } from './backend.js';
import { dropReferences, findReferences, referenceOf, replaceReferences } from './bulk-references.js';
import { type BulkAction, type BulkOperation, readBulkRequest } from './bulk-request.js';
import type { Exchange } from './service.js';
import { createResource, deleteResource, patchResource, replaceResource } from './write.js';

const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** After so many operations other requests get their turn. */
const STRIDE = 25;

/** Answers POST /Bulk: 200 with one result for each processed operation, in the client's order. */
export async function runBulk(exchange: Exchange, body: JsonObject): Promise<Answer> {
  const { registry, limits } = exchange.service;
  const { operations, failOnErrors } = readBulkRequest(body, registry, limits.bulkOperations);
  const run = new BulkRun(exchange, operations, failOnErrors);
  await run.runAll();
  return {
    status: 200,
    headers: {},
    body: JSON.stringify({ schemas: [BULK_RESPONSE], Operations: run.results() }),
  };
}

class BulkRun {
  readonly #exchange: Exchange;
  readonly #operations: readonly BulkOperation[];
  readonly #failOnErrors: number;
  /** Result of each processed operation. */
  readonly #results = new Map<BulkOperation, JsonObject>();
  /** The POST of each bulkId. */
  readonly #creators: ReadonlyMap<string, BulkOperation>;
  readonly #createdIds = new Map<string, string>();
  /** Created without some of their references. */
  readonly #incomplete = new Set<BulkOperation>();
  #errors = 0;

  constructor(exchange: Exchange, operations: readonly BulkOperation[], failOnErrors: number) {
    this.#exchange = exchange;
    this.#operations = operations;
    this.#failOnErrors = failOnErrors;
    this.#creators = new Map(
      operations.flatMap((each) =>
        isCreation(each) && each.bulkId !== undefined ? [[each.bulkId, each]] : [],
      ),
    );
  }

  results(): JsonObject[] {
    return this.#operations
      .map((operation) => this.#results.get(operation))
      .filter((result) => result !== undefined);
  }

  async runAll(): Promise<void> {
    let waiting = [...this.#operations];
    while (waiting.length > 0 && !this.#isStopped()) {
      const still: BulkOperation[] = [];
      for (const operation of waiting) {
        if (this.#isStopped()) break;
        if (!this.#isReady(operation)) still.push(operation);
        else await this.#run(operation, false);
        await this.#completeWhatCanBe();
      }
      if (still.length === waiting.length) await this.#breakCircle(still);
      waiting = still.filter((operation) => !this.#results.has(operation));
    }
    for (const operation of this.#incomplete) await this.#complete(operation);
  }

  /** Before anything else is done to a resource of a circle, so that nothing done to it is lost. */
  async #completeWhatCanBe(): Promise<void> {
    for (const operation of this.#incomplete) {
      if (!this.#hasAllCreators(operation)) continue;
      this.#incomplete.delete(operation);
      await this.#complete(operation);
    }
  }

  #isStopped(): boolean {
    return this.#errors >= this.#failOnErrors;
  }

  /** Ready when nothing it refers to is still to come; to change a resource of a circle, it must be complete too. */
  #isReady(operation: BulkOperation): boolean {
    if (!this.#hasAllCreators(operation)) return false;
    return isCreation(operation) || this.#creatorsFor(operation).every((each) => !this.#incomplete.has(each));
  }

  #hasAllCreators(operation: BulkOperation): boolean {
    return this.#creatorsFor(operation).every((creator) => this.#results.has(creator));
  }

  #creatorsFor({ action }: BulkOperation): BulkOperation[] {
    return referencesOf(action).flatMap((bulkId) => this.#creators.get(bulkId) ?? []);
  }

  /** Only creations can be waited for, so where everything waits there is one among them. */
  async #breakCircle(waiting: readonly BulkOperation[]): Promise<void> {
    const first = waiting.find(isCreation);
    if (first === undefined) return;
    this.#incomplete.add(first);
    await this.#run(first, true);
  }

  async #run(operation: BulkOperation, partly: boolean): Promise<void> {
    if (this.#results.size % STRIDE === STRIDE - 1) await nextTurn();
    await this.#record(operation, async () => {
      const { action } = operation;
      if (action instanceof ScimError) throw action;
      const data = 'data' in action ? this.#resolveData(action.data, partly) : {};
      return this.#perform(action, data, operation.version);
    });
  }

  /** Gives a resource of a circle what it had to be created without. What cannot be completed is taken back. */
  async #complete(operation: BulkOperation): Promise<void> {
    const { action, bulkId = '' } = operation;
    const id = this.#createdIds.get(bulkId);
    if (action instanceof ScimError || action.method !== 'POST' || id === undefined) return;
    const { service, context } = this.#exchange;
    const target = { type: action.type, id, ifMatch: '*' };
    await this.#record(operation, async () => {
      try {
        const data = this.#resolveData(action.data, false);
        return { status: 201, stored: await replaceResource(service, target, data, context) };
      } catch (error) {
        await deleteResource(service, target, context);
        throw conflict(`The circular reference could not be resolved: ${toScimError(error).message}`);
      }
    });
  }

  async #record(
    operation: BulkOperation,
    perform: () => Promise<{ status: number; stored: StoredResource | undefined }>,
  ): Promise<void> {
    const { method, bulkId } = operation;
    const head = { method, ...(bulkId === undefined ? {} : { bulkId }) };
    try {
      const { status, stored } = await perform();
      if (stored !== undefined && bulkId !== undefined) this.#createdIds.set(bulkId, stored.id);
      const version = stored === undefined ? {} : { version: stored.version };
      const location = this.#locate(operation, stored?.id);
      this.#results.set(operation, { ...head, ...version, location, status: String(status) });
    } catch (error) {
      this.#errors += 1;
      if (!(error instanceof ScimError)) this.#exchange.service.options.onError?.(error);
      const refusal = toScimError(error);
      const location = method === 'POST' ? {} : { location: this.#locate(operation, undefined) };
      this.#results.set(operation, {
        ...head,
        ...location,
        status: String(refusal.status),
        response: refusal.toBody(),
      });
    }
  }

  async #perform(
    action: BulkAction,
    data: JsonObject,
    ifMatch: string | undefined,
  ): Promise<{ status: number; stored: StoredResource | undefined }> {
    const { service, base, context } = this.#exchange;
    const { type } = action;
    if (action.method === 'POST') {
      return { status: 201, stored: await createResource(service, type, data, context) };
    }
    const target = { type, id: this.#resolveId(action.id), ifMatch };
    switch (action.method) {
      case 'PUT':
        return { status: 200, stored: await replaceResource(service, target, data, context) };
      case 'PATCH':
        return { status: 200, stored: await patchResource(service, target, data, base, context) };
      case 'DELETE':
        await deleteResource(service, target, context);
        return { status: 204, stored: undefined };
    }
  }

  #resolveData(data: JsonObject, partly: boolean): JsonObject {
    const source = partly ? dropReferences(data, (bulkId) => this.#isStillToCome(bulkId)) : data;
    return replaceReferences(source, (bulkId) => this.#resolve(bulkId));
  }

  #isStillToCome(bulkId: string): boolean {
    const creator = this.#creators.get(bulkId);
    return creator !== undefined && !this.#results.has(creator);
  }

  #resolveId(id: string): string {
    const bulkId = referenceOf(id);
    return bulkId === undefined ? id : this.#resolve(bulkId);
  }

  #resolve(bulkId: string): string {
    const id = this.#createdIds.get(bulkId);
    if (id !== undefined) return id;
    throw this.#creators.has(bulkId)
      ? conflict('The operation refers to a bulkId whose resource could not be created.')
      : invalidValue('The operation refers to a bulkId that no POST of the request has.');
  }

  /** The address of the resource that an operation was about. */
  #locate({ action, path }: BulkOperation, id: string | undefined): string {
    const { service, base } = this.#exchange;
    if (action instanceof ScimError) return `${base}${path}`;
    const target =
      id ?? ('id' in action ? (this.#createdIds.get(referenceOf(action.id) ?? '') ?? action.id) : '');
    return service.references.locate(action.type, target, base);
  }
}

function isCreation({ action }: BulkOperation): boolean {
  return !(action instanceof ScimError) && action.method === 'POST';
}

function referencesOf(action: BulkAction | ScimError): readonly string[] {
  if (action instanceof ScimError) return [];
  const inData = 'data' in action ? [...findReferences(action.data)] : [];
  const inPath = 'id' in action ? referenceOf(action.id) : undefined;
  return inPath === undefined ? inData : [...inData, inPath];
}

/** Whether a 2xx answer is what SCIM answers to such a request (RFC 7644 sections 3.3 to 3.7), and what it names. */
import { isJsonObject, type JsonObject } from '../../json.js';
import { readBulkAnswer } from './bulk-answer.js';
import type { TargetRequest, TargetResponse } from './exchange.js';
import { redact } from './redact.js';
import { idOf } from './resource-id.js';
import { TargetError } from './target-error.js';

/** The id of what a POST made, from the body or the Location header. */
export function createdIn({ body, location }: TargetResponse): string | undefined {
  return idOf(isJsonObject(body) ? body : undefined) ?? idFromLocation(location);
}

/** The resource that an answer to a write shows; an object without an id is none. */
export function resourceIn({ body }: TargetResponse): JsonObject | undefined {
  return isJsonObject(body) && idOf(body) !== undefined ? body : undefined;
}

/** What makes an answer nonsense, as it follows "the answer"; undefined where nothing does. */
export function nonsenseIn(request: TargetRequest, response: TargetResponse): string | undefined {
  const { method, path } = request;
  if (method === 'GET') return isJsonObject(response.body) ? undefined : 'is no JSON object';
  if (method === 'DELETE') return undefined;
  if (method === 'POST') {
    if (path === '/Bulk') return openRowsIn(request, response);
    return createdIn(response) === undefined ? 'to the create has no id' : undefined;
  }
  return isEmpty(response) || resourceIn(response) !== undefined ? undefined : 'shows no resource';
}

/** Section 3.5.2: no body, or the resource. */
function isEmpty({ body }: TargetResponse): boolean {
  return body === undefined || (isJsonObject(body) && Object.keys(body).length === 0);
}

function openRowsIn({ body: sent }: TargetRequest, { body }: TargetResponse): string | undefined {
  const operations = Array.isArray(sent?.Operations) ? sent.Operations.filter(isJsonObject) : [];
  const open = readBulkAnswer(body, operations).filter((result) => result === undefined).length;
  return open === 0 ? undefined : `says nothing certain of ${open} operations`;
}

const LONGEST = 2_000;

/** What is kept of an answer for the log. */
export function evidenceOf(request: TargetRequest, { body }: TargetResponse): string {
  return body === undefined ? '' : redact(JSON.stringify(body), request, LONGEST);
}

/** The error that a nonsensical 2xx answer is. @param why of `nonsenseIn` */
export function nonsense(request: TargetRequest, response: TargetResponse, why: string): TargetError {
  return new TargetError(request, {
    kind: 'nonsense',
    code: 'TARGET_NONSENSE',
    message: `the answer (${response.status}) ${why}`,
    remedy:
      'Check the base address; the exact exchange is in the log. If it persists, tell the owner of the target.',
    status: response.status,
    detail: evidenceOf(request, response),
    mayHaveHappened: request.method !== 'GET',
  });
}

function idFromLocation(location: string | undefined): string | undefined {
  const last = location
    ?.split(/[?#]/)[0]
    ?.split('/')
    .filter((part) => part !== '')
    .at(-1);
  try {
    return last === undefined ? undefined : decodeURIComponent(last);
  } catch {
    return last;
  }
}

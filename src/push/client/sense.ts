/** Whether a 2xx answer is what SCIM answers to such a request (RFC 7644 sections 3.3 to 3.7), and what it names. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
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

/** Characters of an answer that are kept for the log. */
const LONGEST = 2_000;

/** What of an answer is kept for the log. */
export function evidenceOf(request: TargetRequest, body: JsonValue | undefined): string {
  return body === undefined ? '' : redact(JSON.stringify(body), request, LONGEST);
}

/**
 * The error that a nonsensical 2xx answer is.
 * @param text the answer
 * @param fault follows "the answer", as `nonsenseIn` gives it
 */
export function nonsense(request: TargetRequest, status: number, text: string, fault: string): TargetError {
  return new TargetError(request, {
    kind: 'nonsense',
    code: 'TARGET_NONSENSE',
    message: `the answer (${status}) ${fault}`,
    remedy:
      'Check the base address: a web page, a notice or a proxy seems to answer in the place of the SCIM service. The exact exchange is in the log.',
    status,
    detail: redact(text, request, LONGEST),
    mayHaveHappened: true,
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

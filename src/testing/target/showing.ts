/** What the switches of a simulated target make of an answer. */
import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { ENTERPRISE_USER } from '../../scim/schema.js';
import { changePath } from './bodies.js';
import { PAGE } from './faults.js';
import type { MadeAnswer } from './interception.js';
import type { Memory } from './memory.js';
import type { TargetRequest } from './request-log.js';
import type { TargetSwitches } from './switches.js';

/** The answer as the client gets it. */
export function showAnswer(
  answer: MadeAnswer,
  request: TargetRequest,
  switches: TargetSwitches,
  memory: Memory,
): MadeAnswer {
  const body = parse(answer.body);
  if (body === undefined) return answer;
  if (answer.status >= 400) return showError(answer, body, switches.errorBody);
  const shown = Array.isArray(body.Resources)
    ? showList(body, request, switches, memory)
    : showOne(body, request, switches, memory);
  if (shown === undefined) {
    return showError({ ...answer, status: 404 }, { status: '404', detail: 'Not found.' }, switches.errorBody);
  }
  return { ...answer, body: JSON.stringify(shown) };
}

function parse(text: string): JsonObject | undefined {
  if (text === '') return undefined;
  const value = JSON.parse(text) as JsonValue;
  return isJsonObject(value) ? value : undefined;
}

function isResource(body: JsonObject): boolean {
  return (
    typeof body.id === 'string' &&
    isJsonObject(body.meta) &&
    ['User', 'Group'].includes(String(body.meta.resourceType))
  );
}

function showOne(
  body: JsonObject,
  request: TargetRequest,
  switches: TargetSwitches,
  memory: Memory,
): JsonObject | undefined {
  if (!isResource(body)) return showDocument(body, switches);
  const seen = request.method === 'GET' ? memory.asSeen(body, switches.staleReads) : body;
  return seen === undefined ? undefined : showResource(seen, switches);
}

function showList(
  list: JsonObject,
  { query }: TargetRequest,
  switches: TargetSwitches,
  memory: Memory,
): JsonObject {
  const rows = (list.Resources as JsonValue[]).filter(isJsonObject);
  const seen = rows.flatMap((row) => {
    const former = isResource(row) ? memory.asSeen(row, switches.staleReads) : row;
    return former === undefined ? [] : [former];
  });
  const hidden = rows.length - seen.length;
  const { totalResults, startIndex, ...others } = list;
  const counts =
    switches.cursorOnly && query.cursor !== undefined
      ? {}
      : { totalResults: Number(totalResults) - hidden, startIndex };
  const shown = seen.map((row) => {
    const resource = isResource(row) ? showResource(row, switches) : showDocument(row, switches);
    return switches.listOmits.reduce((left, path) => changePath(left, path, () => undefined), resource);
  });
  return { ...others, ...counts, itemsPerPage: shown.length, Resources: shown };
}

function showDocument(document: JsonObject, { cursorOnly }: TargetSwitches): JsonObject {
  return cursorOnly ? changePath(document, 'pagination', () => undefined) : document;
}

function showResource(resource: JsonObject, switches: TargetSwitches): JsonObject {
  let shown = resource;
  if (switches.hidesMembers) shown = changePath(shown, 'members', () => undefined);
  if (switches.hidesSuspended && shown.active === false) {
    shown = changePath(shown, 'userName', (name) =>
      createHash('sha256').update(String(name)).digest('hex').slice(0, 16),
    );
  }
  if (isPerson(resource))
    for (const path of switches.blanks) shown = changePath(shown, path, (value) => value ?? '');
  if (switches.otherShapes) {
    shown = changePath(shown, `${ENTERPRISE_USER}:manager`, (manager) =>
      isJsonObject(manager) ? manager.value : manager,
    );
    shown = changePath(shown, 'phoneNumbers', (numbers) =>
      Array.isArray(numbers) && numbers.length === 1 ? numbers[0] : numbers,
    );
  }
  return switches.booleansAsText || switches.otherShapes ? (booleansAsText(shown) as JsonObject) : shown;
}

function isPerson({ meta }: JsonObject): boolean {
  return isJsonObject(meta) && meta.resourceType === 'User';
}

function booleansAsText(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return value.map((item) => booleansAsText(item) as JsonValue);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, booleansAsText(item)]));
}

const AWS_NAMES: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnauthorizedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
};

function showError(answer: MadeAnswer, error: JsonObject, form: TargetSwitches['errorBody']): MadeAnswer {
  const { status } = answer;
  switch (form) {
    case 'scim':
      return {
        ...answer,
        body: JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], ...error }),
      };
    case 'slack':
      return { ...answer, body: JSON.stringify({ Errors: { description: error.detail, code: status } }) };
    case 'aws':
      return {
        ...answer,
        body: JSON.stringify({ ...error, __type: AWS_NAMES[status], message: error.detail }),
      };
    case 'html':
      return { ...answer, headers: { ...answer.headers, 'Content-Type': 'text/html' }, body: PAGE };
  }
}

/** Request bodies: JSON in UTF-8, bounded in size and depth (R32). */
import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import {
  badRequest,
  invalidSyntax,
  invalidValue,
  payloadTooLarge,
  unsupportedMediaType,
} from '../scim/errors.js';
import type { ScimRequest } from './scim-request.js';

/** SCIM nests six levels at most (an e-mail of a user in a bulk operation); what is deeper is an attack. */
const MAX_DEPTH = 64;
const MEDIA_TYPES = new Set(['application/scim+json', 'application/json']);

/**
 * Reads the body of a request as a JSON object. A body that an earlier parser of the host application has already taken
 * (`request.body`) is used as it stands. Throws 413 over `maxBytes`, 415 for another media type, charset or encoding, and
 * 400 for everything that is not a JSON object in UTF-8.
 */
export async function readBody(request: ScimRequest, maxBytes: number): Promise<JsonObject> {
  checkMediaType(request);
  const taken: unknown = request.body;
  if (typeof taken === 'string' || Buffer.isBuffer(taken)) return parseBody(Buffer.from(taken), maxBytes);
  // Express 4's parsers leave an empty object behind where they did not read the body.
  const unread = taken === undefined || (isEmptyObject(taken) && !request.readableEnded);
  return unread ? parseBody(await readBytes(request, maxBytes), maxBytes) : checkContent(taken);
}

function isEmptyObject(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Throws 415 unless the request says JSON, or says nothing. */
function checkMediaType(request: ScimRequest): void {
  const header = request.headers['content-type'];
  if (header !== undefined) {
    const [type = '', ...parameters] = header.toLowerCase().split(';');
    if (!MEDIA_TYPES.has(type.trim())) {
      throw unsupportedMediaType('The body must be application/scim+json or application/json.');
    }
    const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
    if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
      throw unsupportedMediaType('The body must be encoded in UTF-8.');
    }
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupportedMediaType('The body must not be compressed.');
  }
}

/** The raw bytes. What comes after the limit is read and thrown away, so that the client gets to see the answer. */
function readBytes(request: ScimRequest, maxBytes: number): Promise<Buffer> {
  if (request.readableEnded) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (): void => {
      request.removeAllListeners('data');
      request.resume();
      reject(tooLarge(maxBytes));
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      refuse();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) refuse();
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const breakOff = (): void => {
      if (!request.readableEnded) reject(badRequest('The request was broken off.'));
    };
    request.once('error', breakOff);
    request.once('close', breakOff);
  });
}

function tooLarge(maxBytes: number): Error {
  return payloadTooLarge(`The body exceeds the maxPayloadSize (${maxBytes} bytes).`);
}

/** Turns the bytes of a body into a JSON object. */
export function parseBody(bytes: Buffer, maxBytes: number): JsonObject {
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  if (bytes.length === 0) throw invalidSyntax('The body is empty.');
  if (!isUtf8(bytes)) throw invalidSyntax('The body is not UTF-8.');
  const text = bytes.toString('utf8');
  const object = checkContent(parseJson(text));
  // Only escapes can bring half a surrogate pair into a text that was valid UTF-8.
  if (/\\ud[89a-f]/i.test(text)) checkWellFormed(object);
  return object;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw invalidSyntax('The body is not valid JSON.');
  }
}

function checkContent(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw invalidSyntax('The body must be a JSON object.');
  checkDepth(value, 1);
  return value;
}

function checkDepth(value: object, depth: number): void {
  if (depth > MAX_DEPTH) throw invalidSyntax(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) checkDepth(child, depth + 1);
  }
}

function checkWellFormed(value: JsonValue | undefined): void {
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw invalidValue('A text in the body holds half a surrogate pair.');
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      checkWellFormed(key);
      checkWellFormed(child);
    }
  }
}

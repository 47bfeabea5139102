/** The body of a PATCH request (RFC 7644 section 3.5.2) as a list of operations. */
import { isJsonObject, type JsonObject } from '../../json.js';
import { invalidSyntax, invalidValue, noTarget } from '../errors.js';

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export type OperationName = 'add' | 'remove' | 'replace';

/** `path` is undefined when the operation aims at the resource itself. */
export type PatchOperation =
  | { op: 'add' | 'replace'; path: string | undefined; value: unknown }
  /** `value` lists what to remove, as Entra sends it; undefined: everything at `path`. */
  | { op: 'remove'; path: string; value: unknown };

/**
 * Reads a PATCH body. Names of members and of operations may come in any letter case, as Entra and others send them.
 * Throws invalidSyntax for the shape, invalidValue for a missing value, noTarget for a removal without path.
 */
export function readOperations(body: unknown): PatchOperation[] {
  if (!isJsonObject(body)) throw invalidSyntax('The PATCH request must be a JSON object.');
  const schemas = readMember(body, 'schemas');
  if (!Array.isArray(schemas) || !schemas.some(isPatchOp)) {
    throw invalidSyntax(`Attribute schemas of the PATCH request must name ${PATCH_OP}.`);
  }
  const operations = readMember(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw invalidSyntax(
      'Attribute Operations of the PATCH request must be a list of at least one operation.',
    );
  }
  return operations.map(readOperation);
}

function readOperation(operation: unknown, index: number): PatchOperation {
  const at = `Operation ${index + 1}`;
  if (!isJsonObject(operation)) throw invalidSyntax(`${at} must be a JSON object.`);
  const op = readMember(operation, 'op');
  const name = typeof op === 'string' ? op.toLowerCase() : undefined;
  const path = readPathText(operation, at);
  const value = readMember(operation, 'value');
  switch (name) {
    case 'add':
    case 'replace':
      if (value === undefined) throw invalidValue(`${at} needs a value.`);
      return { op: name, path, value };
    case 'remove':
      if (path === undefined) throw noTarget(`${at} needs a path: a removal says what to remove.`);
      return { op: name, path, value: value ?? undefined };
    default:
      throw invalidSyntax(`${at} must have an op of add, remove or replace.`);
  }
}

function readPathText(operation: JsonObject, at: string): string | undefined {
  const path = readMember(operation, 'path') ?? '';
  if (typeof path !== 'string') throw invalidSyntax(`The path of ${at.toLowerCase()} must be a string.`);
  return path.trim() === '' ? undefined : path.trim();
}

/** An own member by its name in any letter case, the exact spelling first. */
function readMember(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

function isPatchOp(urn: unknown): boolean {
  return typeof urn === 'string' && urn.toLowerCase() === PATCH_OP.toLowerCase();
}

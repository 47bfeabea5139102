/** Checks the shape of a mapping file, and puts what zod finds into words with a place and a remedy. */
import type { z } from 'zod';
import { isJsonObject } from '../json.js';
import type { ResourceType } from '../scim/registry.js';
import type { FilePath, MappingDocument } from './document.js';
import { type MappingFile, RESERVED } from './file.js';
import { mappingFileSchema } from './file-schema.js';
import { suggest } from './nearest.js';

type Fault = z.core.$ZodIssue;

/**
 * The file as the schema understands it. After a complaint about a rule that rule is left out, so that the compiler can look
 * for faults in the others. Undefined when too little is left.
 */
export function checkShape(document: MappingDocument, userType: ResourceType): MappingFile | undefined {
  const schema = mappingFileSchema(userType);
  const checked = schema.safeParse(document.value);
  if (checked.success) return checked.data;
  const rest = structuredClone(document.value);
  for (const fault of checked.error.issues) {
    complainOf(fault, document);
    leaveOut(rest, fault);
  }
  return schema.safeParse(rest).data;
}

function complainOf(fault: Fault, document: MappingDocument): void {
  const path = fault.path as FilePath;
  if (fault.code === 'unrecognized_keys') {
    for (const key of fault.keys) complainOfKey(key, path, fault.message.split(' '), document);
    return;
  }
  const branch = fault.code === 'invalid_union' ? nearestBranch(fault.errors) : undefined;
  if (branch !== undefined) {
    for (const inner of branch) complainOf({ ...inner, path: [...fault.path, ...inner.path] }, document);
    return;
  }
  if (fault.code === 'invalid_union') {
    document.complain(
      'WRONG_VALUE',
      path,
      'This is no rule.',
      'Write a source path, a constant, or a rule such as {from: person.email}.',
    );
    return;
  }
  const isMissing = isJsonObject(document.value) && document.value.users === undefined;
  if (isMissing && path.join() === 'users') {
    document.complain(
      'WRONG_VALUE',
      [],
      'The section users is missing, which says what each person becomes.',
      'Copy it from mappings/lucca.yaml, or begin with users: {userName: person.email}.',
    );
    return;
  }
  const message = fault.code === 'custom' ? fault.message : `${fault.message}.`;
  document.complain('WRONG_VALUE', path, message, 'Correct this value.');
}

function complainOfKey(
  key: string,
  path: FilePath,
  known: readonly string[],
  document: MappingDocument,
): void {
  const place = { part: 'key' } as const;
  const [name = key] = key.split('.').slice(-1);
  const reserved = Object.hasOwn(RESERVED, key)
    ? RESERVED[key]
    : Object.hasOwn(RESERVED, name)
      ? RESERVED[name]
      : undefined;
  if (path[0] === 'users' && reserved !== undefined) {
    document.complain('RESERVED_ATTRIBUTE', [...path, key], `"${key}" cannot be mapped.`, reserved, place);
    return;
  }
  const remedy = suggest(key, known, `Known here: ${known.join(', ')}.`);
  document.complain('UNKNOWN_KEY', [...path, key], `"${key}" is not known here.`, remedy, place);
}

/** The branch of a union whose faults lie deeper: the value has the right form for it, a part of it is wrong. */
function nearestBranch(branches: readonly Fault[][]): Fault[] | undefined {
  return branches.find((faults) =>
    faults.every((fault) => fault.path.length > 0 || fault.code !== 'invalid_type'),
  );
}

/** Takes the whole rule or setting out in which the fault lies: half a rule would only bring false complaints. */
function leaveOut(file: unknown, fault: Fault): void {
  const keys = fault.code === 'unrecognized_keys' ? fault.keys : [undefined];
  for (const key of keys) {
    const path = key === undefined ? fault.path : [...fault.path, key];
    const depth = Math.min(path.length, String(path[1]).startsWith('urn:') ? 3 : 2);
    let holder: unknown = file;
    for (const step of path.slice(0, depth - 1))
      holder = isJsonObject(holder) ? holder[String(step)] : undefined;
    if (isJsonObject(holder)) delete holder[String(path[depth - 1])];
  }
}

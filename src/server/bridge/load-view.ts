/** Finds and checks a view: a packaged one by name, or an own file by path. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { checkYaml, parseYaml } from '../../config/yaml-file.js';
import { BridgeError } from '../../errors.js';
import type { Registry } from '../../scim/registry.js';
import { compileView, type View } from './view.js';

const PACKAGED = new URL('../../../mappings/views/', import.meta.url);
const CODE = 'VIEW_INVALID';

const viewedTypeSchema = z.strictObject({
  attributes: z.array(z.string()).min(1),
  keys: z.array(z.string()).default([]),
  scope: z.string().optional(),
});

/** The shape of a view file. */
export const viewSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'is no name of lower-case letters, digits and dashes'),
  description: z.string().optional(),
  resources: z.record(z.string(), viewedTypeSchema),
});

/**
 * Loads and compiles a view.
 * @param nameOrPath `optima-hr`, or a path that ends in .yaml, .yml
 * @throws BridgeError VIEW_NOT_FOUND, VIEW_INVALID; FileError VIEW_INVALID with file and line; exit code 2
 */
export function loadView(nameOrPath: string, registry?: Registry): View {
  const isPath = /\.ya?ml$/.test(nameOrPath);
  const file = isPath ? nameOrPath : fileURLToPath(new URL(`${packagedName(nameOrPath)}.yaml`, PACKAGED));
  return compileView(checkYaml(parseYaml(read(file, nameOrPath), file, CODE), viewSchema, CODE), registry);
}

function packagedName(name: string): string {
  if (/^[a-z0-9-]+$/.test(name)) return name;
  throw notFound(name);
}

function read(file: string, nameOrPath: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw notFound(nameOrPath, cause);
  }
}

function notFound(nameOrPath: string, cause?: unknown): BridgeError {
  return new BridgeError('VIEW_NOT_FOUND', `There is no view ${nameOrPath}.`, {
    remedy: 'Use optima-hr, travel or directory, or a path to your own file.',
    exitCode: 2,
    cause,
  });
}

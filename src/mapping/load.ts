/** Reads a mapping file, checks all of it, and compiles it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defaultRegistry, type Registry } from '../scim/registry.js';
import { checkShape } from './check-shape.js';
import { type CompiledMapping, compileMapping } from './compile.js';
import { readMappingDocument } from './document.js';
import { MappingError } from './problems.js';

/** The mapping that ships with the package. */
export const DEFAULT_MAPPING_FILE = fileURLToPath(new URL('../../mappings/lucca.yaml', import.meta.url));

/**
 * Loads a mapping from a file.
 * @throws MappingError with everything that is wrong with it, each with line, column and remedy
 */
export async function loadMapping(
  file: string,
  registry: Registry = defaultRegistry,
): Promise<CompiledMapping> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const problem = { code: 'FILE_UNREADABLE', file, line: 1, column: 1 } as const;
    const message = `The file cannot be read (${code}).`;
    throw new MappingError(file, [
      { ...problem, message, remedy: 'Check the path and the rights of the file.' },
    ]);
  }
  return parseMapping(text, file, registry);
}

/**
 * Checks and compiles the text of a mapping.
 * @param file the name that problems show
 * @throws MappingError, as `loadMapping`
 */
export function parseMapping(
  text: string,
  file: string,
  registry: Registry = defaultRegistry,
): CompiledMapping {
  const userType = registry.resourceType('User');
  if (userType === undefined) throw new TypeError('the registry has no User');
  const document = readMappingDocument(text, file);
  const input = document.value === undefined ? undefined : checkShape(document, userType);
  const compiled = input && compileMapping(input, file, document, userType);
  const problems = document.problems();
  if (compiled === undefined || problems.length > 0) throw new MappingError(file, problems);
  return compiled;
}

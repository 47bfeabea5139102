/** Reads case files: data that specifies behaviour, one runner per area. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = new URL('../fixtures/cases/', import.meta.url).pathname;

/** One file of `fixtures/cases/` (JSON or YAML). */
export function readCases<T>(file: string): T {
  return parse(readFileSync(join(ROOT, file), 'utf8'), { maxAliasCount: -1 }) as T;
}

/** Every case file of a folder, by name. */
export function readCaseFolder<T>(folder: string): { file: string; content: T }[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => /\.(json|ya?ml)$/.test(name))
    .sort()
    .map((file) => ({ file, content: readCases<T>(join(folder, file)) }));
}

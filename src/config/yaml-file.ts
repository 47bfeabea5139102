/** YAML files that people write: parsed, checked by a zod schema, every problem with file, line, column and remedy. */
import { isMap, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { BridgeError } from '../errors.js';

export interface FileProblem {
  code: string;
  file: string;
  line: number;
  column: number;
  message: string;
  remedy: string;
}

/** A file that cannot be used. Lists every problem found, not just the first. Exit code 2. */
export class FileError extends BridgeError {
  readonly problems: readonly FileProblem[];

  constructor(code: string, problems: readonly FileProblem[]) {
    const lines = problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.message} — ${p.remedy}`);
    super(code, lines.join('\n'), {
      remedy: 'Mend the lines named above and run the command again.',
      exitCode: 2,
    });
    this.problems = problems;
  }
}

export interface YamlFile {
  file: string;
  /** The document as plain JavaScript values. */
  value: unknown;
  /** Where the value at `path` stands (or its nearest existing parent); 1-based. */
  locate(path: readonly PropertyKey[]): { line: number; column: number };
}

/**
 * Parses YAML text. Anchors are expanded within yaml's own limits; custom tags and duplicate keys are refused.
 * @throws FileError with `code` when the text is not YAML.
 */
export function parseYaml(text: string, file: string, code: string): YamlFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, version: '1.2' });
  if (document.errors.length > 0) {
    throw new FileError(
      code,
      document.errors.map((error) => {
        const { line, col } = counter.linePos(error.pos[0]);
        const message = error.message.split('\n')[0] ?? error.message;
        return {
          code: 'YAML_SYNTAX',
          file,
          line,
          column: col,
          message,
          remedy: 'Correct the YAML at this place.',
        };
      }),
    );
  }
  const locate = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) {
        const { line, col } = counter.linePos(offset);
        return { line, column: col };
      }
    }
    return { line: 1, column: 1 };
  };
  return { file, value: document.toJS({ maxAliasCount: 100 }) as unknown, locate };
}

/** Offset of the key (in a map) or item (in a sequence) that `path` leads to. */
function offsetOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  const last = path.at(-1);
  if (last === undefined) return document.contents?.range?.[0] ?? 0;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => keyText(item.key) === String(last));
    return (pair?.key as { range?: [number, number, number] } | undefined)?.range?.[0];
  }
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
  return node?.range?.[0];
}

function keyText(key: unknown): string {
  return String((key as { value?: unknown } | null)?.value ?? key);
}

/**
 * Checks a parsed file against a zod schema.
 * @throws FileError with `code`, one problem per zod issue, each at its line.
 */
export function checkYaml<T>(yaml: YamlFile, schema: z.ZodType<T>, code: string): T {
  const result = schema.safeParse(yaml.value);
  if (result.success) return result.data;
  throw new FileError(
    code,
    result.error.issues.flatMap((issue) => problemsOf(issue, yaml, code)),
  );
}

function problemsOf(issue: z.core.$ZodIssue, yaml: YamlFile, code: string): FileProblem[] {
  const at = issue.path.length === 0 ? 'the file' : `\`${issue.path.map(String).join('.')}\``;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code,
      file: yaml.file,
      ...yaml.locate([...issue.path, key]),
      message: `unknown setting \`${key}\` in ${at}`,
      remedy: 'Remove it or correct its spelling; docs/configuration.md lists every setting.',
    }));
  }
  const remedy =
    issue.code === 'custom' && issue.params?.remedy
      ? String(issue.params.remedy)
      : 'See docs/configuration.md.';
  return [{ code, file: yaml.file, ...yaml.locate(issue.path), message: `${at}: ${issue.message}`, remedy }];
}

/** A mapping file as text: its values, and where in the text each of them stands. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { MappingProblem, MappingProblemCode } from './problems.js';

/** The keys and indexes that lead from the top of the file to a value. */
export type FilePath = readonly (string | number)[];

export interface MappingDocument {
  /** Plain values; undefined when the text is no YAML. */
  value: unknown;
  /**
   * Notes a problem at a value, or at the key of a value. `offset` moves it into a one-line text, for problems inside
   * templates and expressions.
   */
  complain(
    code: MappingProblemCode,
    path: FilePath,
    message: string,
    remedy: string,
    place?: { part?: 'key' | 'value'; offset?: number },
  ): void;
  /** What was noted, in the order of the file. */
  problems(): MappingProblem[];
}

/** Reads a YAML text; `file` is the name that problems show. Never throws: syntax errors are problems too. */
export function readMappingDocument(text: string, file: string): MappingDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const found: { at: number; problem: MappingProblem }[] = [];

  const note = (code: MappingProblemCode, at: number, message: string, remedy: string): void => {
    const { line, col } = lineCounter.linePos(at);
    found.push({ at, problem: { code, file, line, column: col, message, remedy } });
  };
  const noteSyntax = (at: number, message: string): void =>
    note('YAML_SYNTAX', at, `${message}.`, 'Correct the YAML of this line: indentation, colon, quotes.');

  for (const error of document.errors) noteSyntax(error.pos[0], error.message);
  let value: unknown;
  try {
    value = document.errors.length === 0 ? document.toJS() : undefined;
  } catch (error) {
    noteSyntax(0, (error as Error).message);
  }
  return {
    value,
    complain: (code, path, message, remedy, { part = 'value', offset } = {}) =>
      note(code, locate(document.contents, path, part, offset), message, remedy),
    problems: () => found.sort((left, right) => left.at - right.at).map(({ problem }) => problem),
  };
}

/** The character at which a value or its key begins; for a value that is missing, what should hold it. */
function locate(
  root: Node | null,
  path: FilePath,
  part: 'key' | 'value',
  offset: number | undefined,
): number {
  let node = root;
  let key: Node | null = null;
  for (const step of path) {
    const next = descend(node, step);
    if (next === undefined) break;
    key = next.key ?? next.value;
    node = next.value ?? next.key;
  }
  const start = (part === 'key' ? key : node)?.range?.[0] ?? 0;
  if (offset === undefined || !isScalar(node)) return start;
  if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') return start + 1 + offset;
  return node.type === 'PLAIN' ? start + offset : start;
}

function descend(
  node: Node | null,
  step: string | number,
): { key: Node | null; value: Node | null } | undefined {
  if (isSeq(node)) {
    return typeof step === 'number' && step in node.items
      ? { key: null, value: node.items[step] as Node | null }
      : undefined;
  }
  const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

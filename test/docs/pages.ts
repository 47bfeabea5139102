/** The pages that people read, taken apart: examples, tables, links and headings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Every page by its path from the root of the project. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

export interface Example {
  page: string;
  /** 1-based, of the first line inside the fence. */
  line: number;
  language: string;
  text: string;
}

/** The fenced blocks of a page. */
export function readExamples(page: string): Example[] {
  const examples: Example[] = [];
  let open: Example | undefined;
  for (const [index, line] of readPage(page).split('\n').entries()) {
    const language = /^```(\w*)$/.exec(line)?.[1];
    if (open === undefined && language !== undefined) open = { page, line: index + 2, language, text: '' };
    else if (open !== undefined && language !== undefined) {
      examples.push(open);
      open = undefined;
    } else if (open !== undefined) open.text += `${line}\n`;
  }
  return examples;
}

export function allExamples(language: string): Example[] {
  return PAGES.flatMap(readExamples).filter((example) => example.language === language);
}

/** The page without its fenced blocks. */
export function readProse(page: string): string {
  return readPage(page).replace(/^```[\s\S]*?^```$/gm, '');
}

/** What stands in backticks in the text. */
export function inlineCode(page: string): string[] {
  return [...readProse(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

export interface Table {
  header: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The tables of a page. */
export function readTables(page: string): Table[] {
  const blocks = readProse(page).match(/^\|.*(?:\n\|.*)*/gm) ?? [];
  return blocks.map((block) => {
    const [header = [], , ...rows] = block.split('\n').map(splitCells);
    return { header, rows };
  });
}

/** The rows of the tables whose first column has this heading. */
export function rowsUnder(page: string, heading: string): (readonly string[])[] {
  return readTables(page).flatMap(({ header, rows }) => (header[0] === heading ? rows : []));
}

function splitCells(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** `` `a`, `b` `` → a, b: what a cell names in backticks. */
export function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The anchors that a page offers, as GitHub makes them of its headings. */
export function anchorsOf(page: string): Set<string> {
  const headings = [...readProse(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

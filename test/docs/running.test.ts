import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import * as library from '../../src/index.js';
import { createMemoryStore } from '../../src/store/memory.js';
import * as testing from '../../src/testing/index.js';
import { allExamples, codesIn, inlineCode, PAGES, ROOT, rowsUnder } from './pages.js';
import { loadProgram } from './program.js';

const program = await loadProgram();

interface Shown {
  page: string;
  /** What follows `lucca-scim`. */
  words: string[];
}

/** Every call of the command that a page shows, in an example or in the text. */
function shownCommands(): Shown[] {
  const lines = [
    ...allExamples('sh').flatMap(({ page, text }) => text.split('\n').map((line) => ({ page, line }))),
    ...PAGES.flatMap((page) => inlineCode(page).map((line) => ({ page, line }))),
  ];
  return lines.flatMap(({ page, line }) =>
    line
      .split(/&&|\||;/)
      .map((part) => /(?:^|\s)lucca-scim((?:\s.*)?)$/.exec(part.replace(/\s#.*/, ''))?.[1])
      .filter((rest) => rest !== undefined)
      .map((rest) => ({ page, words: rest.split(/\s+/).filter((word) => word !== '') })),
  );
}

/** The command that the words name, and the words that are left: its options and arguments. */
function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command = program;
  for (const [index, word] of words.entries()) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return { command, rest: words.slice(index) };
    command = next;
  }
  return { command, rest: [] };
}

describe('a command that a page shows', () => {
  const shown = shownCommands();

  it('is found', () => {
    expect(shown.length).toBeGreaterThan(15);
  });

  it.each(shown)('in $page exists: lucca-scim $words', ({ words }) => {
    const { command, rest } = findCommand(words);
    const isArgument =
      rest[0] === undefined || rest[0].startsWith('-') || command.registeredArguments.length > 0;
    expect(isArgument, `${rest[0]} is no command`).toBe(true);
    const options = command.options.flatMap(({ short, long }) => [short, long]);
    const unknown = rest.filter((word) => word.startsWith('-') && !options.includes(word));
    expect(unknown).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it('names every command with its options', () => {
    const listed = (command: Command, name: string): [string, string[]][] =>
      command.commands.length === 0
        ? [[name, command.options.map(({ long }) => long ?? '')]]
        : command.commands.flatMap((inner) => listed(inner, `${name} ${inner.name()}`.trim()));
    const shown = rowsUnder('docs/configuration.md', 'command')
      .filter((row) => row.length === 3)
      .map(([name = '', options = '']) => [codesIn(name)[0], codesIn(options)]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(listed(program, '')));
  });
});

describe('an example in TypeScript', () => {
  const examples = allExamples('ts');
  const exported = new Map<string, object>([
    ['lucca-scim-bridge', library],
    ['lucca-scim-bridge/testing', testing],
  ]);

  it.each(examples)('at $page:$line imports what is exported', ({ text }) => {
    const imports = [...text.matchAll(/^import \{ (.+) \} from '(.+)';$/gm)];
    expect(imports).not.toEqual([]);
    for (const [, names = '', from = ''] of imports)
      expect(Object.keys(exported.get(from) ?? {})).toEqual(expect.arrayContaining(names.split(', ')));
  });

  it('of docs/simulators.md prints what it says', async () => {
    const text = examples.find(({ page }) => page === 'docs/simulators.md')?.text ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'docs-example-'));
    const file = join(folder, 'example.ts');
    const printed: unknown[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((value) => void printed.push(value));
    try {
      const code = text
        .replace("'lucca-scim-bridge'", `'${ROOT}/src/index.ts'`)
        .replace("'lucca-scim-bridge/testing'", `'${ROOT}/src/testing/index.ts'`);
      writeFileSync(file, `const stateFolder = '${join(folder, 'state')}';\n${code}`);
      await import(/* @vite-ignore */ file);
      expect(printed.map(String)).toEqual(
        [...text.matchAll(/console\.log\(.*\/\/ (.+)$/gm)].map(([, said]) => said),
      );
    } finally {
      log.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('docs/state.md', () => {
  it('names every collection that a bridge keeps', async () => {
    const opened = new Set<string>();
    const store = createMemoryStore();
    const open = store.collection.bind(store);
    vi.spyOn(store, 'collection').mockImplementation((tenant, name, indexes) => {
      opened.add(name);
      return open(tenant, name, indexes);
    });
    const bridge = await library.createBridge({ lucca: { address: 'acme', apiKey: 'key' } }, { store });
    await bridge.close();
    const named = rowsUnder('docs/state.md', 'collection').flatMap(([name = '']) => codesIn(name));
    expect(named.sort()).toEqual([...opened].sort());
  });
});

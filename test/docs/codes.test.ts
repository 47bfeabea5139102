import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codesIn, inlineCode, PAGES, ROOT, rowsUnder } from './pages.js';

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(ROOT, 'src', file), 'utf8') }));

/** Words in capitals that are no codes of ours: of Node, undici and TLS, of the YAML parser, and names of variables. */
const FOREIGN = /^(EAI_|ERR_|UND_ERR_|QUOTE_)|^LUCCA_(API_KEY|CLIENT_SECRET|SCIM_[A-Z]+)$/;

/** `'LUCCA_KEY_REFUSED'` anywhere, the keys of the table of findings, and single words where a code is given. */
function codesInSources(): Set<string> {
  const found = SOURCES.flatMap(({ text }) => [
    ...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g),
    ...text.matchAll(/^\s+([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): \{\n\s+severity:/gm),
    ...text.matchAll(/(?:new \w*Error\(\s*|\bcode(?:: | = .* : ))'([A-Z]+)'/g),
  ]).map(([, code = '']) => code);
  return new Set(found.filter((code) => !FOREIGN.test(code)));
}

function describedCodes(page: string): string[] {
  return rowsUnder(page, 'code').flatMap(([code = '']) => codesIn(code));
}

describe('docs/errors.md', () => {
  const inSources = codesInSources();
  const named = new Set(inlineCode('docs/errors.md'));

  it('names every code that the sources have', () => {
    expect(inSources.size).toBeGreaterThan(150);
    expect([...inSources].filter((code) => !named.has(code))).toEqual([]);
  });

  it('describes no code that the sources lack', () => {
    expect(describedCodes('docs/errors.md').filter((code) => !inSources.has(code))).toEqual([]);
  });
});

describe('docs/state.md', () => {
  it('describes every code of the store', () => {
    const ofStore = [...codesInSources()].filter((code) => code.startsWith('STORE_'));
    expect(describedCodes('docs/state.md').sort()).toEqual(ofStore.sort());
  });
});

describe('docs/configuration.md', () => {
  it('names every environment variable that the sources read', () => {
    const variables = SOURCES.flatMap(({ text }) => [
      ...text.matchAll(/process\.env\.(\w+)/g),
      ...text.matchAll(/\.env\('(\w+)'\)/g),
    ]).map(([, name = '']) => name);
    expect(variables.length).toBeGreaterThan(1);
    expect(inlineCode('docs/configuration.md')).toEqual(expect.arrayContaining(variables));
  });
});

describe('a page that a message names', () => {
  const named = SOURCES.flatMap(({ text }) => [...text.matchAll(/\bdocs\/[a-z-]+\.md\b/g)]).map(
    ([page]) => page,
  );

  it.each([...new Set(named)])('%s is there', (page) => {
    expect(PAGES).toContain(page);
  });
});

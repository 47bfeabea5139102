import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { processFileSchema, tenantFileSchema } from '../../src/config/process-schema.js';
import { configFileSchema } from '../../src/config/schema.js';
import { profileSchema } from '../../src/push/profile.js';
import { countFields } from '../../src/sync/lost-fields.js';
import { codesIn, inlineCode, rowsUnder } from './pages.js';
import { listSettings, type Setting } from './settings.js';

/** The rows `| setting | default | … |` of a page. */
function describedSettings(page: string): Setting[] {
  return rowsUnder(page, 'setting').flatMap(([names = '', value = '']) =>
    codesIn(names).map((path) => ({ path, default: codesIn(value)[0] ?? value })),
  );
}

const byPath = (one: Setting, other: Setting) => (one.path < other.path ? -1 : 1);

describe.each<[page: string, z.ZodType]>([
  ['docs/configuration.md', configFileSchema],
  ['docs/targets.md', profileSchema],
  ['docs/tenants.md', processFileSchema],
])('%s', (page, schema) => {
  it('describes every setting of the schema with its default, and no other', () => {
    expect(describedSettings(page).sort(byPath)).toEqual(listSettings(schema).sort(byPath));
  });
});

describe('docs/configuration.md', () => {
  it('names every field that lucca.emptied may list', () => {
    expect(inlineCode('docs/configuration.md')).toEqual(expect.arrayContaining(Object.keys(countFields([]))));
  });
});

describe('docs/tenants.md', () => {
  it('describes what only the file of a tenant may say', () => {
    const elsewhere = new Set(listSettings(configFileSchema).map(({ path }) => path));
    const own = listSettings(tenantFileSchema).filter(({ path }) => !elsewhere.has(path));
    const described = rowsUnder('docs/tenants.md', "setting in a tenant's file").map(
      ([name = '']) => codesIn(name)[0],
    );
    expect(described).toEqual(own.map(({ path }) => path));
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/load.js';
import { processFileSchema } from '../../src/config/process-schema.js';
import { checkYaml, parseYaml } from '../../src/config/yaml-file.js';
import { compileRules } from '../../src/identity/rules.js';
import { parseMapping } from '../../src/mapping/load.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { profileSchema } from '../../src/push/profile.js';
import { compileFilter } from '../../src/scim/filter/index.js';
import { defaultRegistry } from '../../src/scim/registry.js';
import { loadView } from '../../src/server/bridge/load-view.js';
import { allExamples } from './pages.js';

/** Reads a `bridge.yaml` as the bridge does, as far as that takes no environment and no files of the reader's own. */
function readConfiguration(text: string): void {
  const config = parseConfig(text, 'bridge.yaml');
  compileRules(config.precedence);
  for (const { profile, options, scope } of Object.values(config.targets)) {
    if (!profile.endsWith('.yaml')) loadProfile(profile, options);
    const users = defaultRegistry.resourceType('User');
    if (scope?.filter !== undefined && users !== undefined) compileFilter(scope.filter, users);
  }
}

function readView(text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'docs-view-'));
  try {
    writeFileSync(join(folder, 'view.yaml'), text);
    loadView(join(folder, 'view.yaml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a piece of YAML is, told by a key that only that kind has, and how it is read. */
const KINDS: readonly [key: string, read: (text: string) => unknown][] = [
  ['tenants', (text) => checkYaml(parseYaml(text, 'bridge.yaml', 'X'), processFileSchema, 'X')],
  ['lucca', readConfiguration],
  ['users', (text) => parseMapping(text, 'mapping.yaml')],
  ['resources', readView],
  ['title', (text) => profileSchema.parse(parse(text))],
];

describe('a YAML example', () => {
  const examples = allExamples('yaml');

  it('is found', () => {
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples)('at $page:$line is what the bridge takes', ({ text }) => {
    const keys = Object.keys(parse(text) as object);
    const kind = KINDS.find(([key]) => keys.includes(key));
    expect(kind, `keys: ${keys.join(', ')}`).toBeDefined();
    expect(() => kind?.[1](text)).not.toThrow();
  });
});

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { mappingJsonSchema } from '../../src/mapping/file-schema.js';
import { DEFAULT_MAPPING_FILE } from '../../src/mapping/load.js';
import { defaultRegistry } from '../../src/scim/registry.js';

describe('the JSON Schema for editors', () => {
  it('is published as it follows from the code (vitest -u writes it anew)', async () => {
    const user = defaultRegistry.resourceType('User');
    if (user === undefined) throw new Error('no User');
    const schema = `${JSON.stringify(mappingJsonSchema(user), null, 2)}\n`;
    await expect(schema).toMatchFileSnapshot('../../mappings/lucca.schema.json');
  });

  it('is named by the packaged mapping', async () => {
    const [firstLine] = (await readFile(DEFAULT_MAPPING_FILE, 'utf8')).split('\n');
    expect(firstLine).toBe('# yaml-language-server: $schema=./lucca.schema.json');
  });

  it('takes the packaged mapping, and refuses keys that there are not', async () => {
    const published = JSON.parse(await readFile('mappings/lucca.schema.json', 'utf8'));
    // "Exactly one of from, constant …" is beyond this reader of JSON Schemas; the cases of refused rules cover it.
    delete published.$defs['rule-object'].oneOf;
    const schema = z.fromJSONSchema(published);
    const mapping = parse(await readFile(DEFAULT_MAPPING_FILE, 'utf8'));
    expect(schema.safeParse(mapping).error).toBeUndefined();
    expect(schema.safeParse({ ...mapping, extra: 1 }).success).toBe(false);
    expect(schema.safeParse({ users: { ...mapping.users, shoeSize: 'person.id' } }).success).toBe(false);
    expect(schema.safeParse({ users: { title: { form: 'person.id' } } }).success).toBe(false);
  });
});

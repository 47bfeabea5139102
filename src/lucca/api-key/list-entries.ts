/** Names for the entries of custom list fields: v3 extension definitions (reference page, section 4.7). */

import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { isJsonObject, type JsonValue } from '../../json.js';
import { readCollection } from '../collection.js';
import { fieldsWithWholeNumbers, nameListEntries } from '../custom-fields.js';
import type { Person } from '../directory.js';
import { LuccaError } from '../errors.js';
import { anything, id, member, objectOf, recordReader, reference } from '../record.js';
import type { Transport } from '../transport.js';
import { offsetPages } from './offset-pages.js';

const PATH = '/api/v3/extensionuserdefinitions';

const definition = recordReader(z.object({ id, extensionUserPropertyListEntries: anything }));
const entry = z.object({ ...reference.shape, name: z.string() });

type Entries = ReadonlyMap<string, string>;

/**
 * Replaces the entry ids in people's list fields by the entries' names, in place. Asks Lucca only when a custom field
 * holds a whole number, once for the definitions and once more for each list whose entries did not come along.
 */
export async function nameCustomLists(transport: Transport, people: Iterable<Person>): Promise<Issue[]> {
  const everybody = [...people];
  const candidates = new Set<string>();
  for (const { customFields } of everybody) fieldsWithWholeNumbers(customFields, candidates);
  if (candidates.size === 0) return [];

  const { items, issues } = await readCollection<Entries>(transport.session, {
    name: 'custom-field-definitions',
    kind: 'collection',
    pages: () =>
      offsetPages(transport, {
        path: PATH,
        query: { formatKey: 'select' },
        fields: ['id', 'name', 'extensionUserPropertyListEntries[id,name]'],
        optional: ['extensionUserPropertyListEntries[id,name]'],
      }),
    read(row) {
      const parsed = definition(row);
      return parsed.ok
        ? { ...parsed, value: entriesOf(parsed.value.extensionUserPropertyListEntries) }
        : parsed;
    },
  });

  const lists = new Map<string, Entries>();
  for (const [field, entries] of items) {
    if (!candidates.has(field)) continue;
    lists.set(field, entries.size > 0 ? entries : await readEntries(transport, field, issues));
  }
  if (lists.size > 0) {
    for (const person of everybody) person.customFields = nameListEntries(person.customFields, lists);
  }
  return issues;
}

async function readEntries(transport: Transport, field: string, issues: Issue[]): Promise<Entries> {
  try {
    const answer = await transport.get(`${PATH}/${encodeURIComponent(field)}`);
    const data = objectOf(member(objectOf(answer), 'data'));
    return entriesOf(member(data, 'extensionUserPropertyListEntries'));
  } catch (error) {
    if (!(error instanceof LuccaError)) throw error;
    issues.push({
      code: error.code,
      severity: 'warning',
      subject: { kind: 'collection', id: `people.customFields.${field}` },
      message: `The entries of the list ${field} stay numbers: ${error.message}`,
      remedy: error.remedy,
    });
    return new Map();
  }
}

function entriesOf(value: unknown): Entries {
  const found = new Map<string, string>();
  for (const item of Array.isArray(value) ? (value as JsonValue[]) : []) {
    const parsed = isJsonObject(item) ? entry.safeParse(item) : null;
    if (parsed?.success === true) found.set(parsed.data.id, parsed.data.name);
  }
  return found;
}

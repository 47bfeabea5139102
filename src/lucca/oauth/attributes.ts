/** Custom fields of the current API: employee attributes whose definition begins with `e_` (reference page, section 3.8). */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { dayIn } from '../clock.js';
import { type CollectionReading, type PageChain, readCollection } from '../collection.js';
import { unwrap } from '../custom-fields.js';
import type { CollectionCertificate, Person } from '../directory.js';
import { missingCustomFields } from '../presence.js';
import { anything, id, member, objectOf, recordReader, reference } from '../record.js';
import type { Transport } from '../transport.js';
import { cursorPages } from './cursor-pages.js';

const LABEL = 'taxonomy-label';
const CLAIM =
  'the HR-file section that holds the field, to the OAuth client (page /identity/admin/integration-keys)';
/** Definition ids in one request. */
const DEFINITIONS = 100;

const definition = recordReader(z.object({ id }));
const taxonomyLabel = recordReader(z.object({ id }));
const attribute = recordReader(
  z.object({ id, employee: reference, definition: z.object({ id: z.string() }), value: anything }),
);

interface Attribute {
  owner: string;
  name: string;
  value: unknown;
}

/** Reads today's custom fields and adds them to their people, in place. Values of custom lists come as their labels. */
export async function joinCustomFields(
  transport: Transport,
  people: ReadonlyMap<string, Person>,
  wanted: true | readonly string[],
): Promise<{ certificates: CollectionCertificate[]; issues: Issue[] }> {
  const readings: CollectionReading<unknown>[] = [];
  const labels = new Map<string, string>();
  const values: CollectionReading<Attribute>[] = [];

  let names = wanted === true ? [] : wanted;
  if (wanted === true) {
    const definitions = await readDefinitions(transport);
    readings.push(definitions);
    names = [...definitions.items.keys()].filter((name) => name.startsWith('e_'));
  }
  for (let start = 0; start < names.length; start += DEFINITIONS) {
    values.push(await readAttributes(transport, names.slice(start, start + DEFINITIONS), labels));
  }
  readings.push(...values);
  const found = values.flatMap(({ items }) => [...items.values()]);
  if (found.some(({ value }) => hasUnknownLabel(value, labels))) {
    const reading = await readLabels(transport);
    readings.push(reading);
    for (const [key, name] of reading.items) labels.set(key, name);
  }

  for (const [owner, fields] of groupByOwner(found, labels)) {
    const person = people.get(owner);
    if (person !== undefined) person.customFields = Object.fromEntries(fields);
  }
  return {
    certificates: readings.map(({ certificate }) => certificate),
    issues: [
      ...readings.flatMap(({ issues }) => issues),
      ...missingCustomFields(people.values(), wanted, CLAIM),
    ],
  };
}

/** Owner → field → value. A field with several rows for one owner holds several values. */
function groupByOwner(
  found: readonly Attribute[],
  labels: ReadonlyMap<string, string>,
): Map<string, Map<string, JsonValue>> {
  const owners = new Map<string, Map<string, JsonValue>>();
  for (const { owner, name, value } of found) {
    const fields = owners.get(owner) ?? new Map<string, JsonValue>();
    owners.set(owner, fields);
    const known = fields.get(name);
    const next = unwrap(resolveReferences(value, labels));
    fields.set(name, known === undefined ? next : [...(Array.isArray(known) ? known : [known]), next]);
  }
  return owners;
}

function readDefinitions(transport: Transport): Promise<CollectionReading<string>> {
  return readCollection<string>(transport.session, {
    name: 'employee-attribute-definitions',
    kind: 'collection',
    pages: () => cursorPages(transport, { name: 'employee-attribute-definitions' }),
    read(row) {
      const parsed = definition(row);
      return parsed.ok ? { ...parsed, value: parsed.id } : parsed;
    },
  });
}

function readAttributes(
  transport: Transport,
  names: readonly string[],
  labels: Map<string, string>,
): Promise<CollectionReading<Attribute>> {
  // Without asOf the history would come along, several rows per field.
  const today = dayIn('Europe/Paris', transport.session.clock.now());
  const list = {
    name: 'employee-attributes',
    query: { 'definition.id': names.join(','), 'applicability.asOf': today },
    embedded: true,
    largePages: true,
  };
  return readCollection<Attribute>(transport.session, {
    name: list.name,
    kind: 'person',
    pages: () => noteLabels(cursorPages(transport, list), labels),
    read(row) {
      const parsed = attribute(row);
      if (!parsed.ok) return parsed;
      const { employee, definition: of, value } = parsed.value;
      return { ok: true, id: parsed.id, value: { owner: employee.id, name: of.id, value } };
    },
  });
}

/** Notes the labels that come along with the pages. */
async function* noteLabels(pages: PageChain, labels: Map<string, string>): PageChain {
  for (;;) {
    const step = await pages.next();
    if (step.done === true) return step.value;
    for (const [key, resource] of Object.entries(objectOf(member(step.value.embedded, LABEL)))) {
      const name = labelName(objectOf(resource));
      if (name !== null) labels.set(key, name);
    }
    yield step.value;
  }
}

function readLabels(transport: Transport): Promise<CollectionReading<string>> {
  return readCollection<string>(transport.session, {
    name: 'taxonomy-labels',
    kind: 'collection',
    pages: () => cursorPages(transport, { name: 'taxonomy-labels' }),
    read(row) {
      const parsed = taxonomyLabel(row);
      return parsed.ok ? { ...parsed, value: labelName(objectOf(row)) ?? parsed.id } : parsed;
    },
  });
}

/** The page does not say how a label is called; the likely members first, then any translation. */
function labelName(resource: JsonObject): string | null {
  const translations = Object.values(objectOf(resource.t9n)).flatMap((text) => Object.values(objectOf(text)));
  const names = [resource.name, resource.title, resource.label, ...translations];
  return names.find((name): name is string => typeof name === 'string' && name !== '') ?? null;
}

/** A reference becomes the label's name, or the id of what it refers to; everything else stays. */
function resolveReferences(value: unknown, labels: ReadonlyMap<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((entry) => resolveReferences(entry, labels));
  if (!isJsonObject(value)) return (value ?? null) as JsonValue;
  const key = referenceId(value);
  if (key !== null) return (value.type === LABEL ? labels.get(key) : undefined) ?? key;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, resolveReferences(part, labels)]),
  );
}

function hasUnknownLabel(value: unknown, labels: ReadonlyMap<string, string>): boolean {
  if (Array.isArray(value)) return value.some((entry) => hasUnknownLabel(entry, labels));
  if (!isJsonObject(value)) return false;
  const key = referenceId(value);
  if (key !== null) return value.type === LABEL && !labels.has(key);
  return Object.values(value).some((part) => hasUnknownLabel(part, labels));
}

function referenceId(value: JsonObject): string | null {
  const parsed = typeof value.type === 'string' ? id.safeParse(value.id) : null;
  return parsed?.success === true ? parsed.data : null;
}

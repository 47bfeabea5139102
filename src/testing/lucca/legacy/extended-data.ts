/** Custom fields as v3 serves them, in `extendedData`: wrapped in `{value}` or bare, field by field. */
import type { JsonObject, JsonValue } from '../../../json.js';
import { isJsonObject } from '../../../json.js';
import type { CustomField, CustomFieldKind, Person } from '../company.js';
import { covers } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { createView, opaque, type Property, scalar, type View } from './view.js';

/** The `extendedData` property of a user; `extendedData[e_code]` picks fields. */
export function extendedData(sim: Simulation): Property<Person> {
  const granted = sim.rights.apiKey.hrFileSections;
  const visible = sim.state.company.customFields.filter((field) => covers(granted, field.section));
  return {
    name: 'extendedData',
    compile(selection) {
      const fields =
        selection.size === 0 ? visible : visible.filter((field) => selection.has(field.id.toLowerCase()));
      return (person, into) => {
        const values: JsonObject = {};
        for (const field of fields) {
          const value = Object.hasOwn(person.custom, field.id) ? person.custom[field.id] : undefined;
          if (value !== undefined) values[field.id] = shape(sim, field, value);
        }
        into.extendedData = values;
      };
    },
    reader: () => undefined,
  };
}

function shape(sim: Simulation, field: CustomField, value: JsonValue): JsonValue {
  const wrap = (field.legacyShape ?? sim.switches.extendedData) === 'wrapped';
  const wrapped = (inner: JsonValue): JsonValue => (wrap ? { value: inner } : inner);
  const composite = (row: JsonValue): JsonValue =>
    isJsonObject(row)
      ? Object.fromEntries(Object.entries(row).map(([part, inner]) => [part, wrapped(inner ?? null)]))
      : row;
  if (field.kind !== 'composite') return wrapped(value);
  return wrapped(Array.isArray(value) ? value.map(composite) : composite(value));
}

const FORMATS: Record<CustomFieldKind, string> = {
  text: 'text',
  boolean: 'checkbox',
  integer: 'integer',
  decimal: 'decimal',
  date: 'date',
  list: 'select',
  employee: 'user',
  composite: 'composite',
};

/** `/api/v3/extensionuserdefinitions`: the custom fields, with the entries of the lists. */
export function definitionView(sim: Simulation): View<CustomField> {
  return createView([
    scalar('id', 'text', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/api/v3/extensionuserdefinitions/${row.id}`),
    scalar('formatKey', 'text', (row) => FORMATS[row.kind]),
    scalar('isMultiple', 'boolean', (row) => row.multiple),
    opaque('extensionUserPropertyListEntries', (row) => row.entries.map(({ id, name }) => ({ id, name }))),
    opaque('children', (row) => [...row.parts]),
  ]);
}

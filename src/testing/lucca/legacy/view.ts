/**
 * Views: which properties a v3 resource has, how they are spelt, and how to read them from the model. One table serves
 * projection (`fields`), filters and ordering.
 */
import type { JsonObject, JsonValue } from '../../../json.js';
import { LegacyError } from './errors.js';
import type { Selection } from './fields.js';

export type ScalarType = 'number' | 'text' | 'date' | 'boolean';
export type Scalar = string | number | boolean | null;

/** Writes one property of a row into an answer. */
export type Writer<Row> = (row: Row, into: JsonObject) => void;

/** How to read a scalar, for filters and ordering; several values for a property of a list of references. */
export interface Reader<Row> {
  readonly type: ScalarType;
  read(row: Row): Scalar | readonly Scalar[];
}

export interface Property<Row> {
  /** As Lucca spells it in answers. */
  readonly name: string;
  compile(selection: Selection, unknown: 'refuse' | 'ignore'): Writer<Row>;
  /** The reader of this property, or of one below it when a path goes on. */
  reader(path: readonly string[]): Reader<Row> | undefined;
}

export interface View<Row> {
  /** Names that a nested reference or a collection gives when `fields` does not say. */
  readonly defaults: readonly string[];
  /** By lower-case name. */
  readonly properties: ReadonlyMap<string, Property<Row>>;
}

const REFERENCE = ['id', 'name', 'url'] as const;

export function createView<Row>(properties: readonly Property<Row>[], defaults = REFERENCE): View<Row> {
  return {
    defaults,
    properties: new Map(properties.map((property) => [property.name.toLowerCase(), property])),
  };
}

/** A number, text, date or boolean. */
export function scalar<Row>(name: string, type: ScalarType, read: (row: Row) => Scalar): Property<Row> {
  return {
    name,
    compile: () => (row, into) => {
      into[name] = read(row);
    },
    reader: (path) => (path.length === 0 ? { type, read } : undefined),
  };
}

/** A value that is served as it is: no sub-fields, no filter. */
export function opaque<Row>(name: string, read: (row: Row) => JsonValue): Property<Row> {
  return {
    name,
    compile: () => (row, into) => {
      into[name] = read(row);
    },
    reader: () => undefined,
  };
}

/** Another resource, or null. `view` is called late, since views refer to one another. */
export function reference<Row, Other>(
  name: string,
  read: (row: Row) => Other | null | undefined,
  view: () => View<Other>,
): Property<Row> {
  return {
    name,
    compile(selection, unknown) {
      const project = compileProjection(view(), selection, unknown);
      return (row, into) => {
        const other = read(row);
        into[name] = other === null || other === undefined ? null : project(other);
      };
    },
    reader(path) {
      const inner = findReader(view(), path);
      if (inner === undefined) return undefined;
      return {
        type: inner.type,
        read(row) {
          const other = read(row);
          return other === null || other === undefined ? null : inner.read(other);
        },
      };
    },
  };
}

/** A list of other resources. */
export function references<Row, Other>(
  name: string,
  read: (row: Row) => readonly Other[],
  view: () => View<Other>,
): Property<Row> {
  return {
    name,
    compile(selection, unknown) {
      const project = compileProjection(view(), selection, unknown);
      return (row, into) => {
        into[name] = read(row).map(project);
      };
    },
    reader(path) {
      const inner = findReader(view(), path);
      return inner && { type: inner.type, read: (row) => read(row).flatMap((other) => inner.read(other)) };
    },
  };
}

/** The same property for somebody who may not see it: known, but silently left out. */
export function hidden<Row>(property: Property<Row>): Property<Row> {
  return { name: property.name, compile: () => () => {}, reader: () => ({ type: 'text', read: () => null }) };
}

/** Builds the function that turns a row into what `fields` asks for. */
export function compileProjection<Row>(
  view: View<Row>,
  selection: Selection,
  unknown: 'refuse' | 'ignore',
): (row: Row) => JsonObject {
  const names = selection.size > 0 ? [...selection] : view.defaults.map((name) => [name, NOTHING] as const);
  const writers = names.flatMap(([name, inner]) => {
    const property = view.properties.get(name.toLowerCase());
    if (property !== undefined) return property.compile(inner, unknown);
    if (unknown === 'refuse') throw new LegacyError(400, `Unknown field: ${name}`);
    return [];
  });
  return (row) => {
    const into: JsonObject = {};
    for (const write of writers) write(row, into);
    return into;
  };
}

const NOTHING: Selection = new Map();

/** Finds the reader of a dotted path such as `department.id`, in any letter case. */
export function findReader<Row>(view: View<Row>, path: readonly string[]): Reader<Row> | undefined {
  const [name = '', ...rest] = path;
  return view.properties.get(name.toLowerCase())?.reader(rest);
}

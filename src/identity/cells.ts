/**
 * Cells: the units in which precedence is decided. A simple attribute is one cell, each part of the name is one, each type of
 * e-mail, phone number and address is one, each value of any other list is one, each attribute of an extension is one.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';

/** What one source says in one cell. */
export interface Cell {
  /** `userName`, `name.givenName`, `emails[work]`, `urn:…:User:department`: also how provenance names the value. */
  path: string;
  /** URN of the extension, or null for a core attribute. */
  extension: string | null;
  /** Name of the attribute within its container. */
  attribute: string;
  /** Part of the name, type or value of the elements; null when the cell is the whole attribute. */
  slot: string | null;
  /** The elements of the slot for a list, else the value. */
  value: JsonValue;
}

/** Lists whose elements are told apart by `type`; all others by `value` (R13). */
const LISTS_BY_TYPE: ReadonlySet<string> = new Set(['emails', 'phoneNumbers', 'addresses']);

/** In a company directory a mail or phone number that says nothing else is the one at work. */
const DEFAULT_TYPE = 'work';

export function isListByType(attribute: string): boolean {
  return LISTS_BY_TYPE.has(attribute);
}

/** Splits a source's attributes (canonical spelling, no blanks) into cells, in the order in which they stand. */
export function splitCells(attributes: JsonObject): Cell[] {
  const cells: Cell[] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (key.includes(':') && isJsonObject(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (inner !== undefined) addCells(cells, key, name, inner);
      }
    } else {
      addCells(cells, null, key, value);
    }
  }
  return cells;
}

function addCells(cells: Cell[], extension: string | null, attribute: string, value: JsonValue): void {
  const whole = attributePath(extension, attribute);
  if (Array.isArray(value)) {
    for (const [slot, elements] of groupBySlot(attribute, value)) {
      cells.push({ path: `${whole}[${slot}]`, extension, attribute, slot, value: elements });
    }
  } else if (isNameOf(extension, attribute) && isJsonObject(value)) {
    for (const [slot, part] of Object.entries(value)) {
      if (part !== undefined)
        cells.push({ path: `${whole}.${slot}`, extension, attribute, slot, value: part });
    }
  } else {
    cells.push({ path: whole, extension, attribute, slot: null, value });
  }
}

/** Only the name is merged part by part: the parts of any other complex value (a manager) belong together. */
function isNameOf(extension: string | null, attribute: string): boolean {
  return extension === null && attribute === 'name';
}

function groupBySlot(attribute: string, elements: readonly JsonValue[]): Map<string, JsonValue[]> {
  const groups = new Map<string, JsonValue[]>();
  for (const element of elements) {
    const slot = slotOf(attribute, element);
    const group = groups.get(slot);
    if (group) group.push(element);
    else groups.set(slot, [element]);
  }
  return groups;
}

/** Which slot of its list an element is in: its type in lower case, or its value. */
export function slotOf(attribute: string, element: JsonValue): string {
  if (!isJsonObject(element)) return String(element);
  if (LISTS_BY_TYPE.has(attribute)) {
    return typeof element.type === 'string' ? element.type.toLowerCase() : DEFAULT_TYPE;
  }
  return typeof element.value === 'string' ? element.value : JSON.stringify(element);
}

/** URN → attribute → path: a path put together anew each time would be hashed anew wherever it is a key. */
const extensionPaths = new Map<string, Map<string, string>>();

/** `title` or `urn:…:User:department`. */
export function attributePath(extension: string | null, attribute: string): string {
  if (extension === null) return attribute;
  let paths = extensionPaths.get(extension);
  if (!paths) {
    paths = new Map();
    extensionPaths.set(extension, paths);
  }
  let path = paths.get(attribute);
  if (path === undefined) {
    path = `${extension}:${attribute}`;
    paths.set(attribute, path);
  }
  return path;
}

/** Puts cells together again: the counterpart of `splitCells`, in the order of the cells. */
export function joinCells(cells: Iterable<Cell>): JsonObject {
  const attributes: JsonObject = {};
  for (const { extension, attribute, slot, value } of cells) {
    const container = extension === null ? attributes : childOf(attributes, extension);
    if (slot === null) {
      container[attribute] = value;
    } else if (isNameOf(extension, attribute)) {
      childOf(container, attribute)[slot] = value;
    } else if (Array.isArray(value)) {
      const list = container[attribute];
      container[attribute] = Array.isArray(list) ? [...list, ...value] : value;
    }
  }
  return attributes;
}

function childOf(parent: JsonObject, name: string): JsonObject {
  const known = parent[name];
  if (isJsonObject(known)) return known;
  const child: JsonObject = {};
  parent[name] = child;
  return child;
}

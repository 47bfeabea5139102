/** The working state of one PATCH: what has changed so far, beside a resource that is never written to. */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { type AttributePath, formatPath, own, readPath } from '../path.js';
import type { ResourceType } from '../registry.js';
import { listSchemas } from '../resource.js';
import type { Attribute } from '../schema.js';
import { checkRequired } from '../value.js';
import { Budget } from './budget.js';
import { Elements } from './elements.js';

/** What came of a PATCH. */
export interface PatchResult {
  /** The given resource itself when nothing changed, else a new one that shares what is unchanged. */
  resource: JsonObject;
  changed: boolean;
  /** Canonical paths of the attributes that the operations wrote or removed, whether that changed them or not. */
  touched: readonly string[];
  /**
   * Those of them that are now unassigned, and the sub-attributes (`name.middleName`) that are now unassigned although
   * their attribute is not: what the client takes back.
   */
  withdrawn: readonly string[];
}

/** Values are read and written by the paths of attributes, never of sub-attributes or containers. */
export class Draft {
  readonly type: ResourceType;
  private readonly before: JsonObject;
  private readonly values = new Map<AttributePath, JsonValue | undefined>();
  private readonly lists = new Map<AttributePath, Elements>();
  private readonly touched = new Map<AttributePath, Set<Attribute>>();
  private readonly budget = new Budget();

  constructor(resource: JsonObject, type: ResourceType) {
    this.before = resource;
    this.type = type;
  }

  /** The value as the operations so far have left it. */
  read(path: AttributePath): JsonValue | undefined {
    const elements = this.lists.get(path);
    if (elements !== undefined) return elements.toArray();
    return this.values.has(path) ? this.values.get(path) : this.stored(path);
  }

  /** The value before the first operation. */
  stored(path: AttributePath): JsonValue | undefined {
    return readPath(this.before, path);
  }

  write(path: AttributePath, value: JsonValue | undefined): void {
    this.values.set(path, value);
  }

  /** The elements of a multi-valued attribute, to be changed in place. */
  elements(path: AttributePath, attribute: Attribute): Elements {
    const known = this.lists.get(path);
    if (known !== undefined) return known;
    const stored = this.stored(path);
    const elements = new Elements(Array.isArray(stored) ? stored : [], attribute, this.budget);
    this.lists.set(path, elements);
    return elements;
  }

  /** Notes that an operation wrote or removed an attribute, or one sub-attribute of it. */
  touch(path: AttributePath, subAttribute?: Attribute): void {
    const subs = this.touched.get(path) ?? new Set();
    if (subAttribute !== undefined) subs.add(subAttribute);
    this.touched.set(path, subs);
  }

  finish(): PatchResult {
    for (const [path, elements] of this.lists) this.values.set(path, elements.toArray());
    const changes = [...this.values].filter(([path, value]) => !isDeepStrictEqual(this.stored(path), value));
    return {
      resource: changes.length === 0 ? this.before : rebuild(this.before, changes, this.type),
      changed: changes.length > 0,
      touched: [...this.touched.keys()].map(({ text }) => text),
      withdrawn: [...this.touched].flatMap(([path, subs]) => this.listWithdrawn(path, subs)),
    };
  }

  private listWithdrawn(path: AttributePath, subs: ReadonlySet<Attribute>): string[] {
    const [before, after] = [this.stored(path), this.values.get(path)];
    if (after === undefined) return [path.text];
    if (!isJsonObject(before) || !isJsonObject(after)) return [];
    return [...subs]
      .filter(({ name }) => own(before, name) !== undefined && own(after, name) === undefined)
      .map((sub) => formatPath(path.extension, path.attribute, sub));
  }
}

type Change = readonly [AttributePath, JsonValue | undefined];

/** A copy of `before` with the changes, sharing everything else. */
function rebuild(before: JsonObject, changes: readonly Change[], type: ResourceType): JsonObject {
  const result = { ...before };
  const containers = new Map<string, JsonObject>();
  for (const [path, value] of changes) {
    const holder = path.extension === null ? result : openContainer(containers, before, path.extension);
    assign(holder, path.attribute?.name ?? '', value);
  }
  for (const [urn, container] of containers) {
    assign(result, urn, Object.keys(container).length === 0 ? undefined : container);
    if (own(before, urn) === undefined) checkNewContainer(urn, container, type);
  }
  if (containers.size > 0) result.schemas = listSchemas(result, type);
  return result;
}

function openContainer(containers: Map<string, JsonObject>, before: JsonObject, urn: string): JsonObject {
  const stored = own(before, urn);
  const container = containers.get(urn) ?? (isJsonObject(stored) ? { ...stored } : {});
  containers.set(urn, container);
  return container;
}

function assign(holder: JsonObject, name: string, value: JsonValue | undefined): void {
  if (value === undefined) delete holder[name];
  else holder[name] = value;
}

function checkNewContainer(urn: string, container: JsonObject, type: ResourceType): void {
  for (const attribute of type.extension(urn)?.attributes ?? []) {
    checkRequired(container, attribute, `${urn}:${attribute.name}`);
  }
}

/** The path of a PATCH operation: `PATH = attrPath / valuePath [subAttr]` (RFC 7644 section 3.5.2, figure 7). */
import { invalidPath } from '../errors.js';
import { isAttributeName } from '../filter/attribute-name.js';
import { type CompiledElementFilter, compileElementFilter, parseFilter } from '../filter/index.js';
import { type AttributePath, findAttribute, formatPath } from '../path.js';
import type { ResourceType } from '../registry.js';
import type { Attribute } from '../schema.js';

/** A whole extension container. */
export interface ExtensionTarget {
  kind: 'extension';
  urn: string;
}

/** An attribute, a sub-attribute of it, or those of its values that a filter selects. */
export interface AttributeTarget {
  kind: 'attribute';
  /** Path of the attribute itself, without sub-attribute. */
  path: AttributePath;
  attribute: Attribute;
  subAttribute: Attribute | undefined;
  filter: CompiledElementFilter | undefined;
}

/** RFC 7644 section 3.5.2.2 has an example without the space. */
const FILTER_OPTIONS = { allowUnspacedString: true };

export type PatchTarget = ExtensionTarget | AttributeTarget;

/**
 * Resolves the path of an operation. Undefined when it is well formed but names nothing that the resource type has; what to
 * do then depends on the strictness of the caller. Throws invalidPath for a malformed path, invalidFilter for the filter.
 */
export function parseTarget(text: string, type: ResourceType): PatchTarget | undefined {
  const open = text.indexOf('[');
  return open === -1 ? parseAttributePath(text, type) : parseValuePath(text, open, type);
}

function parseAttributePath(text: string, type: ResourceType): PatchTarget | undefined {
  const path = type.resolve(text);
  if (path !== undefined) return createTarget(path, type);
  if (!isAttributeName(text)) throw invalidPath('The path is malformed.');
  return undefined;
}

function parseValuePath(text: string, open: number, type: ResourceType): PatchTarget | undefined {
  // A bracket inside a string of the filter comes before the one that closes the filter.
  const close = text.lastIndexOf(']');
  const name = text.slice(0, open).trimEnd();
  const rest = text.slice(close + 1);
  if (close < open || !isAttributeName(name) || !(rest === '' || /^\.[A-Za-z$][\w$-]*$/.test(rest))) {
    throw invalidPath('The path is malformed.');
  }
  const filterText = text.slice(open + 1, close);
  const path = type.resolve(name);
  if (path === undefined) {
    parseFilter(filterText, FILTER_OPTIONS);
    return undefined;
  }
  const { attribute } = path;
  if (!attribute?.multiValued || path.subAttribute !== null) {
    throw invalidPath('The path filters an attribute that has no list of values.');
  }
  const filter = compileElementFilter(filterText, path, type, FILTER_OPTIONS);
  const subAttribute = rest === '' ? undefined : findAttribute(attribute.subAttributes ?? [], rest.slice(1));
  if (rest !== '' && subAttribute === undefined) return undefined;
  return { kind: 'attribute', path, attribute, subAttribute, filter };
}

function createTarget(path: AttributePath, type: ResourceType): PatchTarget | undefined {
  const { extension, attribute, subAttribute } = path;
  if (attribute === null) return extension === null ? undefined : { kind: 'extension', urn: extension };
  const parent = subAttribute === null ? path : type.resolve(formatPath(extension, attribute, null));
  if (parent === undefined) return undefined;
  return {
    kind: 'attribute',
    path: parent,
    attribute,
    subAttribute: subAttribute ?? undefined,
    filter: undefined,
  };
}

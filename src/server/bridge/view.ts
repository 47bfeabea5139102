/**
 * Views (R31): what a client may see, as data. A view becomes a registry of its own, in which everything outside the view does not
 * exist: filters, sort keys, attribute selections and discovery know nothing of it. What the view keeps of a resource is cut out
 * once more before it leaves the backend.
 */
import { BridgeError } from '../../errors.js';
import type { JsonObject } from '../../json.js';
import { compileFilter, listFilterPaths } from '../../scim/filter/index.js';
import type { AttributePath } from '../../scim/path.js';
import { createProjection, type Projection } from '../../scim/project.js';
import type { Registry, ResourceType } from '../../scim/registry.js';
import { bridgeRegistry } from './registry.js';
import { restrictRegistry } from './restrict-registry.js';

/** What a view shows of one resource type. */
export interface ViewedType {
  /** Attribute paths as in RFC 7644 section 3.10: `title`, `members.value`, `urn:…:User:department`. */
  attributes: readonly string[];
  /** By which the reader recognises the resources: always returned, whatever the client asks for. */
  keys?: readonly string[];
  /** A SCIM filter: nothing else is seen, counted or listed as a member. */
  scope?: string | undefined;
}

export interface ViewDefinition {
  name: string;
  description?: string | undefined;
  /** By name of the resource type; a type that is missing does not exist for the client. */
  resources: Readonly<Record<string, ViewedType>>;
}

/** How one resource type looks through a view. */
export interface ViewLens {
  restrict: Projection;
  /** Whether a user needs a userName to be shown. */
  needsUserName: boolean;
  /** The scope; undefined = all are seen. */
  holds: ((resource: JsonObject) => boolean) | undefined;
  /** What the scope reads. */
  paths: readonly AttributePath[];
}

export interface View {
  name: string;
  /** What the protocol layer shows to clients of this view. */
  registry: Registry;
  /** Undefined when the view does not show the resource type. */
  user: ViewLens | undefined;
  group: ViewLens | undefined;
  /** Whether changes to one resource may change what is seen of others. */
  isScoped: boolean;
}

/** Compiles a view. Throws `VIEW_INVALID` for a resource type or path that does not exist, or a scope that is no filter. */
export function compileView(definition: ViewDefinition, registry: Registry = bridgeRegistry): View {
  const { name, resources } = definition;
  const viewed = new Map(
    Object.entries(resources).map(([typeName, shown]) => {
      const type = registry.resourceType(typeName);
      if (type === undefined) throw invalid(name, `there is no resource type ${typeName}`);
      const resolve = (path: string): AttributePath => resolvePath(path, type, name);
      return [type, { ...shown, paths: shown.attributes.map(resolve), keys: shown.keys?.map(resolve) ?? [] }];
    }),
  );
  const lens = (id: string): ViewLens | undefined => {
    const type = registry.resourceType(id);
    const shown = type === undefined ? undefined : viewed.get(type);
    if (type === undefined || shown === undefined) return undefined;
    return { ...createLens([...shown.paths, ...shown.keys], type), ...compileScope(shown.scope, type, name) };
  };
  return {
    name,
    registry: restrictRegistry(registry, viewed),
    user: lens('User'),
    group: lens('Group'),
    isScoped: Object.values(resources).some(({ scope }) => scope !== undefined),
  };
}

/** Attributes that every resource has, whatever the view: they say no more than which one it is. */
const COMMON = ['id', 'externalId', 'meta', 'schemas'];

function createLens(
  paths: readonly AttributePath[],
  type: ResourceType,
): Pick<ViewLens, 'restrict' | 'needsUserName'> {
  const names = paths.map(({ text }) => text);
  return {
    restrict: createProjection(type, { attributes: [...COMMON, ...names] }),
    needsUserName: names.includes('userName'),
  };
}

function compileScope(
  scope: string | undefined,
  type: ResourceType,
  view: string,
): Pick<ViewLens, 'holds' | 'paths'> {
  if (scope === undefined) return { holds: undefined, paths: [] };
  try {
    const { matches, checked } = compileFilter(scope, type);
    return { holds: matches, paths: listFilterPaths(checked) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(view, `the scope of ${type.definition.name} is no filter: ${reason}`);
  }
}

function resolvePath(path: string, type: ResourceType, view: string): AttributePath {
  const resolved = type.resolve(path);
  if (resolved === undefined) {
    throw invalid(view, `${type.definition.name} has no attribute ${path}`);
  }
  return resolved;
}

function invalid(view: string, reason: string): BridgeError {
  return new BridgeError('VIEW_INVALID', `The view ${view} cannot be used: ${reason}.`, {
    remedy: 'Correct the view; mappings/views/directory.yaml is an example, /Schemas lists the attributes.',
    exitCode: 2,
  });
}

/**
 * Creating, replacing, patching and deleting one resource (RFC 7644 sections 3.3, 3.5 and 3.6), apart from HTTP: single
 * requests and bulk operations both go through here.
 */
import { isJsonObject, type JsonObject } from '../json.js';
import { applyPatch } from '../scim/patch.js';
import type { ResourceType } from '../scim/registry.js';
import { mergeReplacement } from '../scim/replace.js';
import { normaliseResource } from '../scim/validate.js';
import type { MaybePromise, RequestContext, StoredResource } from './backend.js';
import { writeGuard } from './conditions.js';
import { splitMembership } from './membership.js';
import type { Service } from './service.js';

/** A writing request against one resource. */
export interface WriteTarget {
  type: ResourceType;
  id: string;
  /** If-Match, or the `version` of a bulk operation. */
  ifMatch: string | undefined;
}

export function createResource(
  service: Service,
  type: ResourceType,
  body: JsonObject,
  context: RequestContext,
): MaybePromise<StoredResource> {
  const resource = normaliseResource(body, type, { strict: isStrict(service), mode: 'create' });
  return service.backend.create(type, service.references.strip(type, resource), context);
}

export function replaceResource(
  service: Service,
  { type, id, ifMatch }: WriteTarget,
  body: JsonObject,
  context: RequestContext,
): MaybePromise<StoredResource> {
  return service.backend.replace(
    type,
    id,
    {
      guard: writeGuard(ifMatch, isIfMatchRequired(service)),
      build(current) {
        const given = normaliseResource(body, type, { strict: isStrict(service), mode: 'replace' });
        return mergeReplacement(current, service.references.strip(type, given), type);
      },
    },
    context,
  );
}

export function patchResource(
  service: Service,
  { type, id, ifMatch }: WriteTarget,
  body: JsonObject,
  base: string,
  context: RequestContext,
): MaybePromise<StoredResource> {
  const { members, rest } = splitMembership(body, type);
  return service.backend.patch(
    type,
    id,
    {
      guard: writeGuard(ifMatch, isIfMatchRequired(service)),
      members,
      apply(current) {
        if (rest === undefined) return { resource: current, changed: false, touched: [], withdrawn: [] };
        // Paths may compare `$ref`, which only the completed resource has.
        const source = mentionsReference(rest) ? service.references.complete(type, current, base) : current;
        const patched = applyPatch(source, rest, type, { strict: isStrict(service) });
        return { ...patched, resource: service.references.strip(type, patched.resource) };
      },
    },
    context,
  );
}

export function deleteResource(
  service: Service,
  { type, id, ifMatch }: WriteTarget,
  context: RequestContext,
): MaybePromise<void> {
  return service.backend.remove(type, id, writeGuard(ifMatch, isIfMatchRequired(service)), context);
}

function isStrict(service: Service): boolean {
  return service.options.strict ?? false;
}

function isIfMatchRequired(service: Service): boolean {
  return service.options.requireIfMatch ?? false;
}

/** Whether a path of the PATCH speaks of a `$ref`. */
function mentionsReference({ Operations: operations }: JsonObject): boolean {
  return (
    Array.isArray(operations) &&
    operations.some((operation) => isJsonObject(operation) && String(operation.path).includes('$ref'))
  );
}

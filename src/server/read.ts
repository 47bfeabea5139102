/** Reading one resource (RFC 7644 section 3.4.1), and the answer that shows one resource. */
import type { JsonObject } from '../json.js';
import { notFound } from '../scim/errors.js';
import type { ResourceType } from '../scim/registry.js';
import type { Answer } from './answer.js';
import type { StoredResource } from './backend.js';
import { isKnownToClient } from './conditions.js';
import { type AttributeSelection, readSelection } from './list-parameters.js';
import type { Exchange } from './service.js';

/** GET of one resource: 200, or 304 when the client holds this version already. */
export async function getResource(exchange: Exchange, type: ResourceType, id: string): Promise<Answer> {
  const { service, context, request } = exchange;
  const found = service.backend.get(type, id, context);
  const stored = found instanceof Promise ? await found : found;
  if (stored === undefined) throw unknownResource(type, id);
  if (isKnownToClient(request, stored.version)) {
    return { status: 304, headers: { ETag: stored.version }, body: undefined };
  }
  const body = resourceBytes(exchange, type, stored, readSelection(exchange.query));
  return { status: 200, headers: resourceHeaders(exchange, type, stored), body };
}

function unknownResource(type: ResourceType, id: string): Error {
  return notFound(`${type.definition.name} ${id} was not found.`);
}

/** The answer to a write: the resource as it is now, the attributes chosen by the query. */
export function writtenAnswer(
  exchange: Exchange,
  status: number,
  type: ResourceType,
  stored: StoredResource,
): Answer {
  const { service, base, query } = exchange;
  const selection = readSelection(query);
  const body = isDefault(selection)
    ? service.wire.text(type, stored, base)
    : JSON.stringify(selectAttributes(exchange, type, stored, selection));
  return { status, headers: resourceHeaders(exchange, type, stored), body };
}

export function resourceHeaders(
  { service, base }: Exchange,
  type: ResourceType,
  { id, version }: StoredResource,
): Record<string, string> {
  const location = service.references.locate(type, id, base);
  return { ETag: version, Location: location, 'Content-Location': location };
}

/** One resource as JSON, from the kept bytes unless the client chose attributes. */
export function resourceBytes(
  exchange: Exchange,
  type: ResourceType,
  stored: StoredResource,
  selection: AttributeSelection,
): Buffer {
  const { service, base } = exchange;
  return isDefault(selection)
    ? service.wire.bytes(type, stored, base)
    : Buffer.from(JSON.stringify(selectAttributes(exchange, type, stored, selection)));
}

function isDefault({ attributes, excludedAttributes }: AttributeSelection): boolean {
  return attributes.length === 0 && excludedAttributes.length === 0;
}

function selectAttributes(
  { service, base }: Exchange,
  type: ResourceType,
  stored: StoredResource,
  selection: AttributeSelection,
): JsonObject {
  const project = service.projection(selection, type);
  const light = leavesMembers(type, selection) ? stored.withoutMembers : undefined;
  const resource = { ...(light ?? stored.resource), ...requestedContainers(type, stored, selection) };
  // What is excluded is dropped before addresses are added too, so that a large group without its members costs little.
  const source = selection.attributes.length === 0 ? project(resource) : resource;
  return project(service.references.complete(type, source, base));
}

/** Whether the client does not want to know the members, as Entra does not of the groups that it looks up. */
function leavesMembers(type: ResourceType, { attributes, excludedAttributes }: AttributeSelection): boolean {
  if (attributes.length > 0) {
    return attributes.every((path) => type.resolve(path)?.attribute?.name !== 'members');
  }
  return excludedAttributes.some((path) => type.resolve(path)?.text === 'members');
}

/** Extension containers of which the client names an attribute, where they are made on request. */
function requestedContainers(
  type: ResourceType,
  stored: StoredResource,
  { attributes }: AttributeSelection,
): JsonObject {
  const { requested } = stored;
  if (requested === undefined) return {};
  const urns = new Set(attributes.flatMap((name) => type.resolve(name)?.extension ?? []));
  const containers = [...urns].map((urn) => [urn, requested.call(stored, urn)] as const);
  return Object.fromEntries(containers.filter(([, container]) => container !== undefined));
}

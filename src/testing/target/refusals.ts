/** What the switches of a simulated target make it refuse, before the SCIM server sees the request. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import {
  badRequest,
  invalidFilter,
  invalidValue,
  methodNotAllowed,
  mutability,
  notFound,
  type ScimError,
} from '../../scim/errors.js';
import { attributeOf, listWritten, readPath, stringsIn, type Written } from './bodies.js';
import type { TargetRequest } from './request-log.js';
import type { TargetSwitches } from './switches.js';

/** What a refusal may depend on beside the request. */
export interface Circumstances {
  userAgent: string | undefined;
  /** Id of the person who was made as the nth. */
  nthUser(n: number): string | undefined;
}

/** The first objection to a request; undefined lets it through. */
export function refuse(
  request: TargetRequest,
  switches: TargetSwitches,
  circumstances: Circumstances,
): ScimError | undefined {
  const { method, path } = request;
  if (switches.needsUserAgent && !circumstances.userAgent)
    return badRequest('A User-Agent header is required.');
  if (isMissing(path, switches)) return notFound('There is no such endpoint.');
  if (switches.refusedMethods.some((each) => `${method} ${path}`.startsWith(each))) {
    return methodNotAllowed(`${method} is not supported here.`);
  }
  if (method === 'GET') return refuseFilter(request, switches);
  const written = listWritten(method, request.body);
  if (path.startsWith('/Users')) return refusePerson(request, written, switches);
  return path.startsWith('/Groups') ? refuseMembers(method, written, switches, circumstances) : undefined;
}

function isMissing(path: string, { configPath, missing }: TargetSwitches): boolean {
  return (path.startsWith('/ServiceProviderConfig') && path !== configPath) || missing.includes(path);
}

/** The attribute that a plain filter compares: `userName eq "x"`. */
export function filteredAttribute({ query }: TargetRequest): string | undefined {
  return query.filter === undefined ? undefined : (query.filter.trim().split(/\s/)[0] ?? '');
}

function refuseFilter(
  request: TargetRequest,
  { filters, otherFilters }: TargetSwitches,
): ScimError | undefined {
  const attribute = filteredAttribute(request);
  if (attribute === undefined || filters === null || otherFilters !== 'refused') return undefined;
  return filters.includes(attribute)
    ? undefined
    : invalidFilter(`Filters on ${attribute} are not supported.`);
}

function refusePerson(
  { method, body }: TargetRequest,
  written: readonly Written[],
  switches: TargetSwitches,
): ScimError | undefined {
  if (method !== 'PATCH' && method !== 'DELETE' && isJsonObject(body)) {
    const lacking = switches.required.find((path) => isBlank(readPath(body, path)));
    if (lacking !== undefined) return invalidValue(`${lacking} is required.`);
  }
  for (const { path, value } of written) {
    const objection = refuseValue(path, value, method, switches);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function refuseValue(
  path: string,
  value: JsonValue | undefined,
  method: string,
  switches: TargetSwitches,
): ScimError | undefined {
  const attribute = attributeOf(path);
  if (attribute === 'schemas') return undefined;
  const texts = stringsIn(value);
  if (switches.refusesValuePaths && path.includes('['))
    return invalidValue(`The path ${path} is not supported.`);
  if (method === 'PATCH' && switches.frozen.includes(attribute))
    return mutability(`${attribute} cannot be changed.`);
  if (attribute === 'userName' && switches.userNameIsEmail && !texts.every((text) => text.includes('@'))) {
    return invalidValue('userName must be an e-mail address.');
  }
  const limit = switches.maxLength[attribute];
  if (limit !== undefined && texts.some((text) => [...text].length > limit)) {
    return invalidValue(`${attribute} has more than ${limit} characters.`);
  }
  const refused = switches.refusedCharacters + (switches.refusedIn[attribute] ?? '');
  if (texts.some((text) => [...refused].some((character) => text.includes(character)))) {
    return invalidValue(`${attribute} holds a character that is not allowed.`);
  }
  return refuseList(attribute, value, switches.maxValues[attribute]);
}

function refuseList(
  attribute: string,
  value: JsonValue | undefined,
  limit: number | undefined,
): ScimError | undefined {
  if (limit === undefined || !Array.isArray(value)) return undefined;
  if (value.length > limit) return invalidValue(`${attribute} may have ${limit} values.`);
  const first = value[0];
  return limit === 1 && attribute === 'emails' && isJsonObject(first) && String(first.primary) !== 'true'
    ? invalidValue('The only e-mail must be primary.')
    : undefined;
}

function refuseMembers(
  method: string,
  written: readonly Written[],
  { memberLimit, keepsAllMembers, memberRemoval, poisonedMember }: TargetSwitches,
  { nthUser }: Circumstances,
): ScimError | undefined {
  const changes = written.filter(({ path }) => attributeOf(path) === 'members');
  const members = changes.flatMap(membersIn);
  if (memberLimit !== null && members.length > memberLimit) {
    return invalidValue(`At most ${memberLimit} membership changes in one request.`);
  }
  if (keepsAllMembers && method === 'PATCH' && changes.some(isAboutAll)) {
    return invalidValue('All members of a group cannot be replaced or removed in one request.');
  }
  const removals = changes.filter(({ op }) => op === 'remove');
  if (
    memberRemoval !== 'any' &&
    removals.some(({ path }) => path.includes('[') !== (memberRemoval === 'path'))
  )
    return invalidValue('Members cannot be removed in this form.');
  const poisoned = poisonedMember === null ? undefined : nthUser(poisonedMember);
  const added = changes.filter(({ op }) => op !== 'remove').flatMap(membersIn);
  return poisoned !== undefined && added.includes(poisoned)
    ? invalidValue('A member cannot be added.')
    : undefined;
}

function isAboutAll({ path, op, value }: Written): boolean {
  return path === 'members' && (op === 'replace' || (op === 'remove' && isBlank(value)));
}

function membersIn({ path, value }: Written): string[] {
  const selected = /\[value eq "([^"]*)"\]/.exec(path)?.[1];
  if (selected !== undefined) return [selected];
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => (isJsonObject(item) ? [String((item as JsonObject).value)] : []));
}

function isBlank(value: JsonValue | undefined): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

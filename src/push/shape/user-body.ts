/** An effective user → the body that a target takes: its attributes, its spelling, its limits (pure). */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import { ENTERPRISE_USER, USER } from '../../scim/schema.js';
import type { Capabilities } from '../capabilities.js';
import type { TargetProfile } from '../profile.js';
import { neverWritten } from '../reconcile/eyes.js';
import { type Acceptance, type AttributeRule, createAcceptance } from './acceptance.js';
import { createDetails, droppedDetails } from './details.js';
import { booleansAsText, createFaultFinder, type Fault, refuseCharacters, stripEmpty } from './fit.js';
import { createListLimits } from './lists.js';
import { createShortener } from './shorten.js';
import { formatTargetPath, parseTargetPath, type TargetPath, withValueAt } from './target-path.js';

export interface ShapedUser {
  /** The body in the target's form, without the manager. Shares unchanged parts with the resource: read only. */
  body: JsonObject;
  /** Bridge id of the manager; null when there is none, or the target wants none. */
  managerId: string | null;
  /** What the target would not take, or only changed. */
  faults: Fault[];
  /** Paths at which the account stays as it is: what is wanted there cannot be sent. */
  held: string[];
}

export interface UserShaper {
  /**
   * @param resource effective attributes in canonical spelling, references as bridge ids
   * @param id bridge id: the externalId of people whose sources gave none
   */
  shape(resource: JsonObject, id: string): ShapedUser;
  /** The body with `active` set, in the profile's spelling of a boolean. */
  withActive(body: JsonObject, active: boolean): JsonObject;
  /** The body with its manager, in the profile's form. */
  withManager(body: JsonObject, value: string): JsonObject;
  /** Path of the manager in the target's bodies. */
  readonly managerPath: string;
  /** Whether the attribute at this path of a body is the target's to take. */
  takes(path: string): boolean;
}

const MANAGER = `${ENTERPRISE_USER}:manager`;
/** Members of a resource that are the target's own to fill in. */
const ENVELOPE = new Set(['schemas', 'id', 'meta', 'groups']);

export function createUserShaper(profile: TargetProfile, capabilities: Capabilities): UserShaper {
  const { only } = profile.attributes;
  const drop = [...profile.attributes.drop, ...neverWritten(profile), ...droppedDetails(profile)];
  const rules = { core: USER, extensions: profile.extensions, only };
  const acceptance = createAcceptance({ ...rules, drop }, profile, capabilities);
  const details = createDetails(profile, (path) => takesPath(acceptance, parseTargetPath(path)));
  // What is copied as it stands: the manager and details with a source of their own are placed on their own.
  const copied = createAcceptance(
    { ...rules, drop: [...drop, MANAGER, ...details.sources] },
    profile,
    capabilities,
  );
  const findFaults = createFaultFinder(profile);
  const shorten = createShortener(profile);
  const refuses = Object.keys(profile.attributes.refused).length > 0;
  const manager = parseTargetPath(profile.manager.at);
  const limits = createListLimits(profile);
  const wantsManager = profile.manager.by !== 'omit' && takesPath(acceptance, manager);

  function copyContainer(container: string | null, source: JsonObject): JsonObject {
    const body: JsonObject = {};
    for (const key of Object.keys(source)) {
      const value = source[key];
      if (key === '__proto__' || (container === null && ENVELOPE.has(key))) continue;
      if (container === null && key.startsWith('urn:') && isJsonObject(value)) {
        if (copied.container(key)) assign(body, key, copyContainer(key, value));
        continue;
      }
      const rule = copied.attribute(container, key);
      if (rule.taken) assign(body, key, copyValue(rule, container === null ? limits(key, value) : value));
    }
    return body;
  }

  return {
    managerPath: formatTargetPath(manager.container, manager.attribute, manager.sub),
    takes: (path) => takesPath(acceptance, parseTargetPath(path)),
    withActive(body, active) {
      const value = profile.booleans === 'string' ? String(active) : active;
      return body.active === value || !acceptance.attribute(null, 'active').taken
        ? body
        : { ...body, active: value };
    },
    withManager: (body, value) => withSchemas(withValueAt(body, manager, managerValue(profile, value))),
    shape(resource, id) {
      let body = copyContainer(null, resource);
      if (body.externalId === undefined && acceptance.attribute(null, 'externalId').taken)
        body.externalId = id;
      if (profile.userName !== 'mapped') assign(body, 'userName', userNameOf(profile, resource));
      const faults: Fault[] = [];
      const held: string[] = [];
      body = shorten(details.place(body, resource, faults, held), id);
      if (refuses) body = refuseCharacters(body, profile.attributes.refused, faults);
      if (profile.booleans === 'string') body = booleansAsText(body) as JsonObject;
      for (const fault of findFaults(body)) faults.push(fault);
      return { body: withSchemas(body), managerId: wantsManager ? managerOf(resource) : null, faults, held };
    },
  };
}

function takesPath(acceptance: Acceptance, { container, attribute, sub }: TargetPath): boolean {
  if (container !== null && !acceptance.container(container)) return false;
  const rule = acceptance.attribute(container, attribute);
  return rule.taken && (sub === null || rule.takesSub(sub));
}

function copyValue(rule: AttributeRule, value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value))
    return sameItems(value, (item) => (isJsonObject(item) ? copySubs(rule, item) : item));
  return isJsonObject(value) ? copySubs(rule, value) : value;
}

/** The same object when the target takes all of it, so that an unchanged person costs no copies. */
function copySubs(rule: AttributeRule, value: JsonObject): JsonObject {
  const isKept = (sub: string) => stripEmpty(value[sub]) !== undefined && rule.takesSub(sub);
  const subs = Object.keys(value);
  return subs.every(isKept) ? value : Object.fromEntries(subs.filter(isKept).map((sub) => [sub, value[sub]]));
}

function assign(body: JsonObject, key: string, value: JsonValue | undefined): void {
  const kept = stripEmpty(value);
  if (kept !== undefined) body[key] = kept;
  else delete body[key];
}

/** The same array when no item changed. */
function sameItems(items: JsonValue[], map: (item: JsonValue) => JsonValue): JsonValue[] {
  const mapped = items.map(map);
  return mapped.every((item, index) => item === items[index]) ? items : mapped;
}

/** RFC 7643 section 3: the core schema and the extensions of which the body holds a container. */
function withSchemas(body: JsonObject): JsonObject {
  body.schemas = [USER, ...Object.keys(body).filter((key) => key.startsWith('urn:'))];
  return body;
}

/** In the form that the profile wants. Without an e-mail, what the mapping says. */
function userNameOf(profile: TargetProfile, resource: JsonObject): JsonValue | undefined {
  const email = workEmail(resource);
  if (email === undefined) return resource.userName;
  return profile.userName === 'work-email' ? email : email.slice(0, email.lastIndexOf('@'));
}

/** The work address, else the primary one, else the first. */
export function workEmail(resource: JsonObject): string | undefined {
  const emails = Array.isArray(resource.emails) ? resource.emails.filter(isJsonObject) : [];
  const chosen =
    emails.find((email) => own(email, 'type') === 'work') ??
    emails.find((email) => own(email, 'primary') === true) ??
    emails[0];
  const value = chosen === undefined ? undefined : own(chosen, 'value');
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function managerOf(resource: JsonObject): string | null {
  const enterprise = own(resource, ENTERPRISE_USER);
  const manager = isJsonObject(enterprise) ? own(enterprise, 'manager') : undefined;
  const value = isJsonObject(manager) ? own(manager, 'value') : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

function managerValue(profile: TargetProfile, value: string): JsonValue {
  const forms = { value: { value }, managerId: { managerId: value }, string: value };
  return forms[profile.manager.as];
}

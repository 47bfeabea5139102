/** The details of a profile: attributes with a switch, and with a name, a table or a form of the target's own. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { formatDate } from '../../mapping/transforms/date.js';
import { toLanguage } from '../../mapping/transforms/locale.js';
import { own } from '../../scim/path.js';
import type { Detail, TargetProfile } from '../profile.js';
import { type Fault, stripEmpty } from './fit.js';
import { parseTargetPath, readAt, withValueAt } from './target-path.js';

export interface Details {
  /** Attributes of ours that travel under another name only. */
  readonly sources: readonly string[];
  /** The body with every detail that is switched on. */
  place(body: JsonObject, resource: JsonObject, faults: Fault[]): JsonObject;
}

/** Paths of the details that are switched off. */
export function droppedDetails({ details }: TargetProfile): string[] {
  return Object.values(details).flatMap(({ send, to }) => (send ? [] : [to]));
}

/** @param takes whether the target takes an attribute, by its path */
export function createDetails(profile: TargetProfile, takes: (path: string) => boolean): Details {
  const placed = Object.entries(profile.details)
    .filter(([, { send, to }]) => send && takes(to))
    .map(([name, detail]) => ({
      name,
      detail,
      read: createReader(detail.from ?? detail.to),
      to: parseTargetPath(detail.to),
    }));
  return {
    sources: placed.flatMap(({ detail: { from } }) =>
      from === undefined || from.includes('[') ? [] : [from],
    ),
    place: (body, resource, faults) =>
      placed.reduce((filled, { name, detail, read, to }) => {
        if (isOverruled(detail, resource)) return filled;
        // Without a source of its own, what was copied is checked and formed.
        const value = stripEmpty(detail.constant ?? read(detail.from === undefined ? filled : resource));
        return value === undefined ? filled : withValueAt(filled, to, form(name, detail, value, faults));
      }, body),
  };
}

function isOverruled({ to, insteadOf }: Detail, resource: JsonObject): boolean {
  if (insteadOf === undefined) return false;
  const said = stripEmpty(readAt(resource, parseTargetPath(to)));
  return said !== undefined && said !== readAt(resource, parseTargetPath(insteadOf));
}

const SELECTED = /^(?<list>.+)\[(?<sub>\w+) eq "(?<wanted>[^"]*)"\]\.(?<part>\w+)$/;

/** Reads a path, or one value of a list: `urn:…:User:customFields[name eq "e_policy"].value`. */
function createReader(text: string): (resource: JsonObject) => JsonValue | undefined {
  const { list, sub = '', wanted, part = '' } = SELECTED.exec(text)?.groups ?? {};
  const path = parseTargetPath(list ?? text);
  if (list === undefined) return (resource) => readAt(resource, path);
  return (resource) => {
    const items = readAt(resource, path);
    const found = Array.isArray(items)
      ? items.filter(isJsonObject).find((item) => own(item, sub) === wanted)
      : undefined;
    return found === undefined ? undefined : own(found, part);
  };
}

/** The value as the target wants it; undefined when it would not know it. */
function form(name: string, detail: Detail, value: JsonValue, faults: Fault[]): JsonValue | undefined {
  const { language, values, known, date, list } = detail;
  let formed: JsonValue | undefined = language && typeof value === 'string' ? toLanguage(value) : value;
  if (values !== undefined) {
    formed = typeof formed === 'string' && Object.hasOwn(values, formed) ? values[formed] : undefined;
  }
  if (date !== undefined && typeof formed === 'string') formed = formatDate(formed, date);
  if (known !== undefined && formed !== undefined && !known.includes(String(formed))) {
    faults.push(unknownName(name));
    return undefined;
  }
  return list && formed !== undefined && !Array.isArray(formed) ? [{ value: formed }] : formed;
}

function unknownName(name: string): Fault {
  return {
    code: 'NAME_NOT_ON_TARGET',
    severity: 'warning',
    message: `The ${name} of the person is not among those that the target knows, so it is not sent.`,
    remedy: `Create it on the target and add it to details.${name}.known in the options of the target.`,
  };
}

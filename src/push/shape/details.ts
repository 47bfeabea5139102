/** The details of a profile: attributes with a switch, and with a name, a table or a form of the target's own. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { formatDate } from '../../mapping/transforms/date.js';
import { toLanguage } from '../../mapping/transforms/locale.js';
import { own } from '../../scim/path.js';
import type { Detail, TargetProfile } from '../profile.js';
import { type Fault, stripEmpty } from './fit.js';
import { formatTargetPath, parseTargetPath, readAt, withValueAt } from './target-path.js';

export interface Details {
  /** Attributes of ours that travel under another name only. */
  readonly sources: readonly string[];
  /**
   * The body with every detail that is switched on.
   * @param held filled with the paths of names that the target is not known to have: they stay as they are there (R27)
   */
  place(body: JsonObject, resource: JsonObject, faults: Fault[], held: string[]): JsonObject;
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
    place: (body, resource, faults, held) =>
      placed.reduce((filled, { name, detail, read, to }) => {
        let wanted: JsonValue | undefined;
        if (isOverruled(detail, resource)) wanted = readAt(filled, to);
        else {
          // Without a source of its own, what was copied is checked and formed.
          const value = stripEmpty(detail.constant ?? read(detail.from === undefined ? filled : resource));
          if (value === undefined) return filled;
          wanted = form(detail, value);
        }
        const unknown = unknownNames(detail, wanted);
        if (unknown.length === 0) return withValueAt(filled, to, wanted);
        faults.push(notKnown(name, unknown));
        held.push(formatTargetPath(to.container, to.attribute, to.sub));
        return withValueAt(filled, to, undefined);
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

/** The value as the target wants it; undefined when its table lacks it. */
function form({ language, values, date, list }: Detail, value: JsonValue): JsonValue | undefined {
  let formed: JsonValue | undefined = language && typeof value === 'string' ? toLanguage(value) : value;
  if (values !== undefined) {
    formed = typeof formed === 'string' && Object.hasOwn(values, formed) ? values[formed] : undefined;
  }
  if (date !== undefined && typeof formed === 'string') formed = formatDate(formed, date);
  return list && formed !== undefined && !Array.isArray(formed) ? [{ value: formed }] : formed;
}

/** Of what is wanted, the names that the target is not known to have (R27). */
function unknownNames({ known }: Detail, wanted: JsonValue | undefined): string[] {
  if (known === 'any' || wanted === undefined) return [];
  const items = Array.isArray(wanted) ? wanted : [wanted];
  const names = items.map((item) => String(isJsonObject(item) ? own(item, 'value') : item));
  return names.filter((one) => !known.includes(one));
}

/** These are the names of units, and no person's: without them nobody could add them. */
function notKnown(detail: string, names: readonly string[]): Fault {
  return {
    code: 'NAME_NOT_ON_TARGET',
    severity: 'warning',
    message: `The target is not known to have the ${detail} ${names.map((one) => JSON.stringify(one)).join(', ')}, so it is not sent.`,
    remedy: `Make sure that the target has it, and add it to details.${detail}.known in the options of the target; "any" there sends every name.`,
  };
}

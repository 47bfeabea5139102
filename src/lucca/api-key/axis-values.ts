/** A person's sections: `userAxisValues_{axisId}`, one section per axis (reference page, section 4.2). */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import type { Person, Section } from '../directory.js';
import type { Intern } from '../intern.js';
import { id, member } from '../record.js';

const FLAT_KEY = /^useraxisvalues_(\d+)$/i;

type Sections = Person['sections'];

/** What the axis values of one row are; `shown` tells a person without sections from a key that sees none. */
export type ReadSections = { ok: true; value: Sections; shown: boolean } | { ok: false; problem: string };

/** Reads axis values row by row, and remembers the sections met: for axes not read in full, their names come from here. */
export class AxisValues {
  /** Sections met on people, by id. Only id, axis and name are known. */
  readonly sections = new Map<string, Section>();
  readonly #intern: Intern;
  /** Equal sets of sections share one object. */
  readonly #shared = new Map<string, Sections>();

  constructor(intern: Intern) {
    this.#intern = intern;
  }

  read(row: unknown): ReadSections {
    const values = isJsonObject(row) ? axisEntries(row) : [];
    const found: [string, string][] = [];
    for (const [axisId, value] of values) {
      if (value === null || value === undefined) continue;
      const sectionId = isJsonObject(value) ? id.safeParse(member(value, 'id')) : null;
      if (sectionId?.success !== true)
        return { ok: false, problem: `userAxisValues_${axisId}: expected a section` };
      found.push([this.#intern(axisId), this.#intern(sectionId.data)]);
      this.#remember(sectionId.data, axisId, value);
    }
    return { ok: true, value: this.#share(found), shown: values.length > 0 };
  }

  #remember(sectionId: string, axisId: string, value: JsonValue): void {
    if (this.sections.has(sectionId)) return;
    const name = isJsonObject(value) ? member(value, 'name') : null;
    this.sections.set(sectionId, {
      id: sectionId,
      axisId,
      name: typeof name === 'string' && name !== '' ? name : sectionId,
      code: null,
      ownerId: null,
      startsOn: null,
      endsOn: null,
      active: true,
      nameOnly: true,
    });
  }

  #share(found: readonly [string, string][]): Sections {
    const key = found.map((pair) => pair.join(':')).join(' ');
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const sections: Sections = Object.freeze(Object.fromEntries(found));
    this.#shared.set(key, sections);
    return sections;
  }
}

/** `[axisId, value]` of a row, whether flattened (`userAxisValues_4`) or nested (`userAxisValues: {"4": …}`). */
function axisEntries(row: JsonObject): [string, JsonValue | undefined][] {
  const entries: [string, JsonValue | undefined][] = [];
  for (const key of Object.keys(row)) {
    const axisId = FLAT_KEY.exec(key)?.[1];
    if (axisId !== undefined) {
      entries.push([axisId, row[key]]);
    } else if (key.toLowerCase() === 'useraxisvalues' && isJsonObject(row[key])) {
      for (const [inner, value] of Object.entries(row[key])) {
        const innerId = FLAT_KEY.exec(inner)?.[1] ?? inner;
        if (/^\d+$/.test(innerId)) entries.push([innerId, value]);
      }
    }
  }
  return entries;
}

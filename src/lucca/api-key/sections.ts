/** v3 axes and axis sections: the cost centres (reference page, section 4.2). */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { withFault } from '../certificate.js';
import { type CollectionReading, FINAL, type Page, type PageChain, readCollection } from '../collection.js';
import { type Axis, chooseCostCenterAxis } from '../cost-center-axis.js';
import type { CollectionCertificate, Section } from '../directory.js';
import { LuccaError } from '../errors.js';
import { THOUSAND } from '../page-size.js';
import {
  flag,
  id,
  optionalDay,
  optionalId,
  optionalText,
  orNull,
  type RowOf,
  recordReader,
  text,
} from '../record.js';
import type { Transport } from '../transport.js';
import { getOffsetPage, offsetPages } from './offset-pages.js';

const axis = recordReader(z.object({ id, name: text }));
const section = recordReader(
  z.object({
    id,
    name: text,
    code: optionalText,
    ownerId: optionalId,
    owner: z.object({ id }).nullish(),
    startOn: optionalDay,
    endOn: optionalDay,
    active: flag,
    axisId: optionalId,
    axis: z.object({ id, name: optionalText }).nullish(),
  }),
);
type SectionRow = RowOf<typeof section>;

const SECTIONS = {
  path: '/api/v3/axisSections',
  query: { active: 'true,false' },
  fields: ['id', 'name', 'code', 'active', 'ownerId', 'startOn', 'endOn', 'axisId', 'axis[id,name]'],
  optional: ['ownerId', 'startOn', 'endOn', 'axis[id,name]'],
};

export interface SectionsReading {
  sections: ReadonlyMap<string, Section>;
  costCenterAxisId: string | null;
  certificates: CollectionCertificate[];
  issues: Issue[];
}

/**
 * Reads cost centres, inactive and expired ones included, since people may still be on them. A tenant whose sections fit
 * on one page is read whole, all axes in one request; else only the sections of the chosen axis are read.
 * @param wanted id or name of the cost-centre axis; recognised by its name when undefined
 */
export async function readSections(
  transport: Transport,
  wanted: string | number | undefined,
): Promise<SectionsReading> {
  if (wanted !== undefined && /^\d+$/.test(String(wanted))) {
    return refuseEmptiness(resultOf([await readAxis(transport, String(wanted))], String(wanted)), wanted);
  }
  const { whole, fault } = await readWhole(transport);
  const carried = whole === null ? [] : axesOf(whole.items.values());
  const listed = carried.length > 0 ? null : await readAxes(transport);
  const { axisId, issue } = chooseCostCenterAxis(
    listed === null ? carried : [...listed.items.values()],
    wanted,
  );

  const suffices = whole !== null && (axisId === null || hasSections(whole, axisId));
  const readings = suffices ? [whole] : axisId === null ? [] : [await readAxis(transport, axisId)];
  const result = resultOf(readings, axisId);
  const certificates =
    fault === null ? result.certificates : result.certificates.map((each) => withFault(each, fault));
  const complete = {
    ...result,
    certificates: [...(listed === null ? [] : [listed.certificate]), ...certificates],
    issues: [...(listed?.issues ?? []), ...result.issues, ...(issue === null ? [] : [issue])],
  };
  return refuseEmptiness(complete, wanted);
}

interface NamedSection {
  section: Section;
  axisName: string | null;
}

function resultOf(
  readings: readonly CollectionReading<NamedSection>[],
  axisId: string | null,
): SectionsReading {
  const named = readings.flatMap(({ items }) => [...items.values()]);
  return {
    sections: new Map(named.map(({ section: found }) => [found.id, found])),
    costCenterAxisId: axisId,
    certificates: readings.map(({ certificate }) => certificate),
    issues: readings.flatMap(({ issues }) => issues),
  };
}

/** An axis that the configuration asks for and that shows nothing is hidden, not empty. */
function refuseEmptiness(result: SectionsReading, wanted: string | number | undefined): SectionsReading {
  const { costCenterAxisId, sections, certificates } = result;
  const found = [...sections.values()].some(({ axisId }) => axisId === costCenterAxisId);
  if (wanted === undefined || found) return result;
  const fault = `the axis ${wanted} is configured but shows no section`;
  return { ...result, certificates: certificates.map((certificate) => withFault(certificate, fault)) };
}

function hasSections({ items }: CollectionReading<NamedSection>, axisId: string): boolean {
  return [...items.values()].some(({ section: found }) => found.axisId === axisId);
}

/**
 * The sections of every axis in one request, or null when they do not fit or cannot be had that way. `fault`: why Lucca failed
 * to give them although it may give them the next time, so that the further axes are only half known.
 */
async function readWhole(
  transport: Transport,
): Promise<{ whole: CollectionReading<NamedSection> | null; fault: string | null }> {
  let page: Page;
  try {
    page = await getOffsetPage(transport, SECTIONS, 0, THOUSAND[0]);
  } catch (error) {
    if (error instanceof LuccaError)
      return { whole: null, fault: FINAL.has(error.fault) ? null : error.message };
    throw error;
  }
  if (page.declared !== page.rows.length) return { whole: null, fault: null };
  const whole = await readList(transport, null, async function* () {
    yield page;
    return { closed: true, faults: [] };
  });
  return { whole, fault: null };
}

function readAxis(transport: Transport, axisId: string): Promise<CollectionReading<NamedSection>> {
  const list = { ...SECTIONS, query: { axisId, ...SECTIONS.query } };
  return readList(transport, axisId, () => offsetPages(transport, list));
}

function readList(
  transport: Transport,
  axisId: string | null,
  pages: () => PageChain,
): Promise<CollectionReading<NamedSection>> {
  return readCollection<NamedSection>(transport.session, {
    name: 'axis-sections',
    kind: 'cost-center',
    pages,
    read(row) {
      const parsed = section(row);
      if (!parsed.ok) return parsed;
      const ofAxis = parsed.value.axisId ?? parsed.value.axis?.id ?? axisId;
      if (ofAxis === null) return { ok: false, id: parsed.id, problem: 'axisId: expected an id' };
      return { ok: true, id: parsed.id, value: toSection(parsed.value, ofAxis) };
    },
  });
}

function toSection(row: SectionRow, axisId: string): NamedSection {
  return {
    section: {
      id: row.id,
      axisId,
      name: row.name,
      code: orNull(row.code),
      ownerId: row.ownerId ?? row.owner?.id ?? null,
      startsOn: row.startOn ?? null,
      endsOn: row.endOn ?? null,
      active: row.active !== false,
    },
    axisName: orNull(row.axis?.name),
  };
}

/** The axes that the sections themselves name; none when a section does not name its axis. */
function axesOf(sections: Iterable<NamedSection>): Axis[] {
  const axes = new Map<string, Axis>();
  for (const {
    section: { axisId },
    axisName,
  } of sections) {
    if (axisName === null) return [];
    axes.set(axisId, { id: axisId, name: axisName });
  }
  return [...axes.values()];
}

function readAxes(transport: Transport): Promise<CollectionReading<Axis>> {
  return readCollection<Axis>(transport.session, {
    name: 'axes',
    kind: 'collection',
    pages: () => offsetPages(transport, { path: '/api/v3/axes', query: {}, fields: ['id', 'name'] }),
    read(row) {
      const parsed = axis(row);
      return parsed.ok ? { ...parsed, value: { id: parsed.id, name: parsed.value.name } } : parsed;
    },
  });
}

/** v4 departments, establishments and legal units (reference page, sections 4.3 and 4.4). */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { type CollectionReading, readCollection } from '../collection.js';
import { buildTree } from '../departments.js';
import type { CollectionCertificate, Department, Establishment, LegalEntity } from '../directory.js';
import type { Structure } from '../reading.js';
import {
  anything,
  flag,
  id,
  optionalId,
  optionalText,
  orNull,
  type RecordReader,
  type RowOf,
  recordReader,
  text,
} from '../record.js';
import type { Transport } from '../transport.js';
import { numberedPages } from './numbered-pages.js';

const ROOT = '/organization/structure/api';

// `parentId` is a path in the hierarchy; the parent's id is `parentLuccaId`.
const department = recordReader(
  z.object({
    id,
    name: text,
    code: optionalText,
    parentLuccaId: optionalId,
    headId: optionalId,
    isActive: flag,
    isArchived: flag,
  }),
);

const country = z.union([z.object({ code: optionalText }), z.string()]).nullish();

const legalUnit = recordReader(z.object({ id, name: text, code: optionalText, country, isArchived: flag }));
type LegalUnit = RowOf<typeof legalUnit>;

const establishment = recordReader(
  z.object({
    id,
    name: text,
    code: optionalText,
    legalUnitId: optionalId,
    legalUnit: anything,
    timeZoneId: optionalText,
    isArchived: flag,
  }),
);

interface Site {
  establishment: Establishment;
  /** The legal unit, when the establishment carries it whole. */
  legalEntity: LegalEntity | null;
}

/** Reads the units of a tenant. Legal units are asked only when the establishments do not carry them. */
export async function readStructure(transport: Transport): Promise<Structure> {
  const departments = await readUnits(
    transport,
    'departments',
    'department',
    department,
    (row) =>
      ({
        id: row.id,
        name: row.name,
        code: orNull(row.code),
        parentId: row.parentLuccaId ?? null,
        headId: row.headId ?? null,
        archived: row.isArchived ?? row.isActive === false,
      }) satisfies Omit<Department, 'level'>,
  );
  const tree = buildTree(departments.items.values());

  const sites = await readUnits(transport, 'establishments', 'establishment', establishment, (row): Site => {
    const carried = legalUnit(row.legalUnit);
    return {
      establishment: {
        id: row.id,
        name: row.name,
        code: orNull(row.code),
        legalEntityId: row.legalUnitId ?? (carried.ok ? carried.id : null),
        timeZone: orNull(row.timeZoneId),
        archived: row.isArchived === true,
      },
      legalEntity: carried.ok && carried.value.code !== undefined ? toLegalEntity(carried.value) : null,
    };
  });
  const legal = await legalEntitiesOf(transport, [...sites.items.values()]);

  return {
    departments: tree.departments,
    establishments: new Map([...sites.items].map(([key, site]) => [key, site.establishment])),
    legalEntities: legal.items,
    certificates: [departments.certificate, sites.certificate, ...legal.certificates],
    issues: [...departments.issues, ...tree.issues, ...sites.issues, ...legal.issues],
  };
}

async function legalEntitiesOf(
  transport: Transport,
  sites: readonly Site[],
): Promise<{ items: Map<string, LegalEntity>; certificates: CollectionCertificate[]; issues: Issue[] }> {
  const items = new Map<string, LegalEntity>();
  for (const { legalEntity } of sites) if (legalEntity !== null) items.set(legalEntity.id, legalEntity);
  const allCarried = sites.every(
    ({ establishment: { legalEntityId } }) => legalEntityId === null || items.has(legalEntityId),
  );
  if (allCarried && items.size > 0) return { items, certificates: [], issues: [] };
  const {
    items: read,
    certificate,
    issues,
  } = await readUnits(transport, 'legal-units', 'legal-entity', legalUnit, toLegalEntity);
  return { items: read, certificates: [certificate], issues };
}

function readUnits<Row, T>(
  transport: Transport,
  name: string,
  kind: 'department' | 'establishment' | 'legal-entity',
  reader: RecordReader<Row>,
  convert: (row: Row) => T,
): Promise<CollectionReading<T>> {
  return readCollection<T>(transport.session, {
    name,
    kind,
    pages: () =>
      numberedPages(transport, {
        path: `${ROOT}/${name}`,
        query: { isArchived: 'true,false' },
        largePages: false,
      }),
    read(row) {
      const parsed = reader(row);
      return parsed.ok ? { ...parsed, value: convert(parsed.value) } : parsed;
    },
  });
}

function toLegalEntity(unit: LegalUnit): LegalEntity {
  const place = typeof unit.country === 'string' ? unit.country : unit.country?.code;
  return {
    id: unit.id,
    name: unit.name,
    code: orNull(unit.code),
    country: orNull(place),
    archived: unit.isArchived === true,
  };
}

/** Departments, legal entities, establishments, contract types and job titles (reference page, sections 3.3 and 3.5). */
import { z } from 'zod';
import type { IssueSubject } from '../../errors.js';
import { type CollectionReading, readCollection } from '../collection.js';
import { buildTree } from '../departments.js';
import type { Establishment, LegalEntity } from '../directory.js';
import type { Structure } from '../reading.js';
import {
  flag,
  id,
  optionalReference,
  optionalText,
  orNull,
  type RecordReader,
  recordReader,
  text,
} from '../record.js';
import type { Transport } from '../transport.js';
import { cursorPages } from './cursor-pages.js';

const department = recordReader(
  z.object({
    id,
    name: text,
    remoteId: optionalText,
    isArchived: flag,
    parent: optionalReference,
    manager: optionalReference,
  }),
);
const legalEntity = recordReader(
  z.object({ id, legalName: text, remoteId: optionalText, countryCode: optionalText, isArchived: flag }),
);
const establishment = recordReader(
  z.object({
    id,
    name: text,
    remoteId: optionalText,
    isArchived: flag,
    legalEntity: optionalReference,
    timezoneId: optionalText,
  }),
);
const template = recordReader(z.object({ id, title: text, term: optionalText }));
const qualification = recordReader(z.object({ id, title: optionalText }));

/** Reads the units of a tenant, archived ones included: without a filter this API leaves nothing out. */
export async function readStructure(transport: Transport): Promise<Structure> {
  const departments = await readResources(transport, 'departments', 'department', department, (row) => ({
    id: row.id,
    name: row.name,
    code: orNull(row.remoteId),
    parentId: row.parent?.id ?? null,
    headId: row.manager?.id ?? null,
    archived: row.isArchived === true,
  }));
  const tree = buildTree(departments.items.values());
  const legalEntities = await readResources(
    transport,
    'legal-entities',
    'legal-entity',
    legalEntity,
    (row): LegalEntity => ({
      id: row.id,
      name: row.legalName,
      code: orNull(row.remoteId),
      country: orNull(row.countryCode),
      archived: row.isArchived === true,
    }),
  );
  const establishments = await readResources(
    transport,
    'business-establishments',
    'establishment',
    establishment,
    (row): Establishment => ({
      id: row.id,
      name: row.name,
      code: orNull(row.remoteId),
      legalEntityId: row.legalEntity?.id ?? null,
      timeZone: orNull(row.timezoneId),
      archived: row.isArchived === true,
    }),
  );
  return {
    departments: tree.departments,
    legalEntities: legalEntities.items,
    establishments: establishments.items,
    certificates: [departments.certificate, legalEntities.certificate, establishments.certificate],
    issues: [...departments.issues, ...tree.issues, ...legalEntities.issues, ...establishments.issues],
  };
}

export interface ContractType {
  title: string;
  term: string | null;
}

/** Contract types, by template id. */
export function readTemplates(transport: Transport): Promise<CollectionReading<ContractType>> {
  return readResources(transport, 'employment-templates', 'collection', template, ({ title, term }) => ({
    title,
    term: orNull(term),
  }));
}

/** Job titles, by qualification id. */
export function readQualifications(transport: Transport): Promise<CollectionReading<string | null>> {
  return readResources(transport, 'job-qualifications', 'collection', qualification, ({ title }) =>
    orNull(title),
  );
}

function readResources<Row, T>(
  transport: Transport,
  name: string,
  kind: IssueSubject['kind'],
  reader: RecordReader<Row>,
  convert: (row: Row) => T,
): Promise<CollectionReading<T>> {
  return readCollection<T>(transport.session, {
    name,
    kind,
    pages: () => cursorPages(transport, { name }),
    read(row) {
      const parsed = reader(row);
      return parsed.ok ? { ...parsed, value: convert(parsed.value) } : parsed;
    },
  });
}

/** The OAuth way in: the current API, and v3 for cost centres when there is an API key too (reference page, 12 B). */
import type { Issue } from '../../errors.js';
import { readSections } from '../api-key/sections.js';
import { wantsCustomFields } from '../custom-fields.js';
import type { CollectionCertificate, Person } from '../directory.js';
import type { Reading, Wanted } from '../reading.js';
import type { Transport } from '../transport.js';
import { joinCustomFields } from './attributes.js';
import { joinCostCenters } from './cost-centers.js';
import { readEmployees } from './employees.js';
import { joinPersonalRecords } from './personal-records.js';
import { readQualifications, readStructure, readTemplates } from './structure.js';

/**
 * Reads the whole tenant over OAuth.
 * @param legacy transport of the API key, for cost centres; null without one
 * @throws LuccaError when the people cannot be read at all
 */
export async function readWithOAuth(
  transport: Transport,
  legacy: Transport | null,
  wanted: Wanted,
): Promise<Reading> {
  const { people, untitled, certificates, issues } = await readEmployees(transport);
  const structure = await readStructure(transport);
  const joined: { certificates: CollectionCertificate[]; issues: Issue[] }[] = [
    await joinContractTypes(transport, people),
    await joinJobTitles(transport, people, untitled),
  ];
  if (wanted.personal) {
    const { certificate, issues: found } = await joinPersonalRecords(transport, people);
    joined.push({ certificates: [certificate], issues: found });
  }
  const { customFields } = wanted;
  if (customFields !== false && wantsCustomFields(customFields)) {
    joined.push(await joinCustomFields(transport, people, customFields));
  }
  const axes =
    wanted.costCenterAxis === null ? NO_AXES : await readAxes(legacy, people, wanted.costCenterAxis);

  for (const person of people.values()) {
    if (person.legalEntityId !== null || person.establishmentId === null) continue;
    person.legalEntityId = structure.establishments.get(person.establishmentId)?.legalEntityId ?? null;
  }
  return {
    people,
    structure,
    ...axes,
    certificates: [certificates, ...joined.map((join) => join.certificates), axes.certificates].flat(),
    issues: [issues, ...joined.map((join) => join.issues), axes.issues].flat(),
  };
}

async function joinContractTypes(transport: Transport, people: ReadonlyMap<string, Person>) {
  const { items, certificate, issues } = await readTemplates(transport);
  for (const { contract } of people.values()) {
    const type = contract?.typeId == null ? undefined : items.get(contract.typeId);
    if (contract === null || type === undefined) continue;
    contract.typeName = type.title;
    contract.term = type.term;
  }
  return { certificates: [certificate], issues };
}

/** A position without a title of its own has the title of its qualification. */
async function joinJobTitles(
  transport: Transport,
  people: ReadonlyMap<string, Person>,
  untitled: ReadonlyMap<string, string>,
) {
  if (untitled.size === 0) return { certificates: [], issues: [] };
  const { items, certificate, issues } = await readQualifications(transport);
  for (const [personId, qualificationId] of untitled) {
    const person = people.get(personId);
    if (person !== undefined) person.jobTitle = items.get(qualificationId) ?? null;
  }
  return { certificates: [certificate], issues };
}

type Axes = Pick<Reading, 'sections' | 'metSections' | 'costCenterAxisId' | 'certificates' | 'issues'>;

async function readAxes(
  legacy: Transport | null,
  people: ReadonlyMap<string, Person>,
  costCenterAxis: string | number | undefined,
): Promise<Axes> {
  if (legacy === null) return WITHOUT_KEY;
  const axes = await readSections(legacy, costCenterAxis);
  const assigned = await joinCostCenters(legacy, people);
  return {
    sections: axes.sections,
    metSections: assigned.sections,
    costCenterAxisId: axes.costCenterAxisId,
    certificates: [...axes.certificates, assigned.certificate],
    issues: [...axes.issues, ...assigned.issues],
  };
}

const NO_AXES: Axes = {
  sections: new Map(),
  metSections: new Map(),
  costCenterAxisId: null,
  certificates: [],
  issues: [],
};
const WITHOUT_KEY: Axes = {
  ...NO_AXES,
  issues: [
    {
      code: 'LUCCA_COST_CENTERS_NEED_KEY',
      severity: 'info',
      subject: { kind: 'collection', id: 'axis-sections' },
      message: 'Cost centres are left out: the OAuth way in does not carry them.',
      remedy: 'Give lucca.apiKey beside lucca.oauth.',
    },
  ],
};

/** What an API key sees, data set by data set (reference page, section 8.1). Some eight requests. */
import type { JsonObject } from '../../json.js';
import { countRows, offsetPages } from '../api-key/offset-pages.js';
import { readSections } from '../api-key/sections.js';
import { userList } from '../api-key/users.js';
import { dayIn } from '../clock.js';
import type { Page } from '../collection.js';
import { wantsCustomFields } from '../custom-fields.js';
import type { Wanted } from '../reading.js';
import { countOf, member, objectOf } from '../record.js';
import type { Transport } from '../transport.js';
import { counted, type Finding, fine, look, seenIn } from './finding.js';

const ROLE = 'to the role of the API key (page /organization/structure/roles of your Lucca)';
const REMEDIES = {
  users: `Grant "consult users" ${ROLE}.`,
  future: `Grant "see future employees" ${ROLE}.`,
  former: `Grant "see former employees" ${ROLE}.`,
  managers: `Grant "view managers" ${ROLE}.`,
  jobs: `Grant "view jobs" ${ROLE}.`,
  contracts: `Grant "consult employees' contractual information" ${ROLE}.`,
  structure: `Grant the reading of the organisation ${ROLE}, for the whole company.`,
  axes: `Grant the management of analytical axes ${ROLE}, and tick the axis as shown in the employee record.`,
  hrFiles: `Grant "consult HR files", with each section that holds a wanted field selected, ${ROLE}.`,
};

/** @throws LuccaError when the key itself is refused or Lucca cannot be reached */
export async function probeApiKey(transport: Transport, wanted: Wanted): Promise<Finding[]> {
  const { page, rows } = await samplePeople(transport, wanted);
  const findings = [
    counted('people', page.declared ?? rows.length, {
      state: 'missing',
      detail: 'the key shows nobody',
      remedy: REMEDIES.users,
    }),
    await look('former employees', REMEDIES.former, () => countByDate(transport, 'former')),
    await look('future employees', REMEDIES.future, () => countByDate(transport, 'future')),
    seenIn('managers', rows, either('managerId', 'manager'), REMEDIES.managers),
    seenIn('job titles', rows, field('jobTitle'), REMEDIES.jobs),
    seenIn('contract dates', rows, field('dtContractStart'), REMEDIES.contracts),
    await look('contract types', REMEDIES.contracts, () => probeContracts(transport)),
    await look('departments', REMEDIES.structure, () => probeUnits(transport, 'departments')),
    await look('establishments', REMEDIES.structure, () => probeUnits(transport, 'establishments')),
    await look('legal entities', REMEDIES.structure, () => probeUnits(transport, 'legal-units')),
    ...(await probeCostCenters(transport, wanted, rows)),
  ];
  if (wantsCustomFields(wanted.customFields)) findings.push(probeCustomFields(wanted, rows));
  if (wanted.personal)
    findings.push(seenIn('personal data', rows, either('birthDate', 'gender'), REMEDIES.hrFiles));
  return findings;
}

/** What the key shows of cost centres: the list, and what people have. */
export async function probeCostCenters(
  transport: Transport,
  { costCenterAxis }: Pick<Wanted, 'costCenterAxis'>,
  rows: readonly JsonObject[],
): Promise<Finding[]> {
  if (costCenterAxis === null) return [];
  const list = await look('cost centres', REMEDIES.axes, async () => {
    const { sections, costCenterAxisId, issues, certificates } = await readSections(
      transport,
      costCenterAxis,
    );
    const known = [...sections.values()].filter(({ axisId }) => axisId === costCenterAxisId).length;
    if (costCenterAxisId !== null && known > 0)
      return fine('cost centres', `${known} on axis ${costCenterAxisId}`);
    const reasons = [
      ...issues.map(({ message }) => message),
      ...certificates.flatMap(({ faults }) => faults),
    ];
    return {
      dataSet: 'cost centres',
      state: 'missing',
      detail: reasons.join(' ') || 'none seen',
      remedy:
        issues[0]?.code === 'LUCCA_COST_CENTER_AXIS_UNKNOWN' && sections.size > 0
          ? issues[0].remedy
          : REMEDIES.axes,
    };
  });
  return [list, seenIn("people's cost centres", rows, axisValue, REMEDIES.axes)];
}

/** The first page of people, with every field that findings are about. */
export async function samplePeople(
  transport: Transport,
  wanted: Wanted,
): Promise<{ page: Page; rows: JsonObject[] }> {
  const optional = [
    'userAxisValues',
    ...(wantsCustomFields(wanted.customFields) ? ['extendedData'] : []),
    ...(wanted.personal ? ['gender', 'birthDate'] : []),
  ];
  const fields = ['id', 'mail', 'managerId', 'jobTitle', 'dtContractStart', ...optional];
  const first = await offsetPages(transport, { ...userList(fields), optional }).next();
  const page = first.done === true ? { rows: [], declared: 0, embedded: {} } : first.value;
  return { page, rows: page.rows.map(objectOf) };
}

async function countByDate(transport: Transport, who: 'former' | 'future'): Promise<Finding> {
  const { clock } = transport.session;
  const day = (offset: number) => `${dayIn('Europe/Paris', clock.now() + offset * 86_400_000)}T00:00:00`;
  const list = userList([]);
  const query =
    who === 'former'
      ? { ...list.query, dtContractEnd: `until,${day(-1)}` }
      : { ...list.query, dtContractStart: `since,${day(1)}` };
  return counted(`${who} employees`, await countRows(transport, { ...list, query }), {
    state: 'unknown',
    detail:
      who === 'former'
        ? 'none seen: nobody has left, or they are hidden'
        : 'none seen: nobody is expected, or they are hidden',
    remedy: REMEDIES[who],
  });
}

async function probeContracts(transport: Transport): Promise<Finding> {
  const answer = await firstOf(transport, '/directory/api/4.0/work-contracts', { isApplicable: 'true' });
  const finding = counted('contract types', answer.count, {
    state: 'missing',
    detail: 'the key shows no contract',
    remedy: REMEDIES.contracts,
  });
  if (finding.state !== 'ok' || typeof member(objectOf(member(answer.row, 'type')), 'name') === 'string')
    return finding;
  return {
    dataSet: 'contract types',
    state: 'partly',
    detail: 'contracts come without their type',
    remedy: REMEDIES.contracts,
  };
}

async function probeUnits(transport: Transport, name: string): Promise<Finding> {
  const { count } = await firstOf(transport, `/organization/structure/api/${name}`, {});
  const dataSet = name === 'legal-units' ? 'legal entities' : name;
  return counted(dataSet, count, { state: 'missing', detail: 'none seen', remedy: REMEDIES.structure });
}

/** The total and the first row of a v4 list. */
async function firstOf(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<{ count: number | null; row: JsonObject }> {
  const answer = objectOf(
    await transport.get(path, { ...query, page: '1', limit: '1', 'fields.root': 'count' }),
  );
  const items = member(answer, 'items');
  const rows = Array.isArray(items) ? items : [];
  return {
    count: countOf(member(answer, 'count')) ?? (rows.length === 0 ? 0 : null),
    row: objectOf(rows[0]),
  };
}

function probeCustomFields({ customFields }: Wanted, rows: readonly JsonObject[]): Finding {
  const seen = new Set(rows.flatMap((row) => Object.keys(objectOf(member(row, 'extendedData')))));
  const missing = Array.isArray(customFields) ? customFields.filter((name) => !seen.has(name)) : [];
  if (seen.size === 0) return seenIn('custom fields', rows, () => undefined, REMEDIES.hrFiles);
  if (missing.length === 0) return fine('custom fields', `seen: ${[...seen].sort().join(', ')}`);
  return {
    dataSet: 'custom fields',
    state: 'partly',
    detail: `not seen on the people looked at: ${missing.join(', ')}`,
    remedy: REMEDIES.hrFiles,
  };
}

function field(name: string) {
  return (row: JsonObject) => member(row, name);
}

function either(first: string, second: string) {
  return (row: JsonObject) => member(row, first) ?? member(row, second);
}

function axisValue(row: JsonObject): unknown {
  const keys = Object.keys(row).filter((key) => /^useraxisvalues/i.test(key));
  if (keys.length === 0) return undefined;
  return keys.map((key) => row[key]).find((value) => value !== null && value !== undefined) ?? null;
}

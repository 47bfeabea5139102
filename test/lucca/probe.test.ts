import { afterEach, describe, expect, it } from 'vitest';
import { type Finding, probeRights } from '../../src/lucca/probe.js';
import type { ReadOptions } from '../../src/lucca/read.js';
import { type LuccaSimulator, type RightsPatch, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { clockOf } from './support/fake-clock.js';

let lucca: LuccaSimulator | undefined;
afterEach(async () => {
  await lucca?.close();
  lucca = undefined;
});

async function probe(
  way: 'api-key' | 'oauth' | 'oauth+api-key',
  rights: RightsPatch = {},
  options: Partial<ReadOptions> = {},
) {
  lucca = await startLuccaSimulator({ clock: { speed: 0 }, rights });
  const { address, ...access } = lucca.config(way);
  return probeRights({
    tenant: address,
    ...access,
    costCenterAxis: undefined,
    clock: clockOf(lucca),
    random: () => 0.5,
    wanted: { customFields: true, personal: true },
    ...options,
  });
}

const statesOf = (findings: readonly Finding[]) =>
  Object.fromEntries(
    findings.filter(({ state }) => state !== 'ok').map(({ dataSet, state }) => [dataSet, state]),
  );

describe('a key or client with every right', () => {
  it.each([
    ['api-key', 10],
    ['oauth', 15],
    ['oauth+api-key', 18],
  ] as const)('finds all data sets in order through %s, in at most %s requests', async (way, atMost) => {
    const { findings, requests } = await probe(way);
    expect(statesOf(findings)).toEqual({});
    expect(findings.map(({ remedy }) => remedy).filter((remedy) => remedy !== null)).toEqual([]);
    expect(findings.map(({ dataSet }) => dataSet)).toEqual(expect.arrayContaining(['people', 'departments']));
    expect(requests).toBeLessThanOrEqual(atMost);
  });
});

describe('a right that is missing is found, with the permission to grant', () => {
  it.each<[RightsPatch, Record<string, string>, string]>([
    [{ apiKey: { managers: false } }, { managers: 'missing' }, 'view managers'],
    [{ apiKey: { jobTitles: false } }, { 'job titles': 'missing' }, 'view jobs'],
    [{ apiKey: { formerEmployees: false } }, { 'former employees': 'unknown' }, 'see former employees'],
    [{ apiKey: { futureEmployees: false } }, { 'future employees': 'unknown' }, 'see future employees'],
    [
      { apiKey: { axes: false } },
      { 'cost centres': 'missing', "people's cost centres": 'missing' },
      'analytical axes',
    ],
    [{ apiKey: { hrFileSections: [] } }, { 'custom fields': 'missing' }, 'HR files'],
    [{ apiKey: { personalFields: false } }, { 'personal data': 'missing' }, 'HR files'],
    [
      { apiKey: { structure: false } },
      { departments: 'missing', establishments: 'missing', 'legal entities': 'missing' },
      'organisation',
    ],
  ])('%j', async (rights, states, permission) => {
    const { findings } = await probe('api-key', rights);
    expect(statesOf(findings)).toEqual(states);
    for (const { state, remedy } of findings) if (state !== 'ok') expect(remedy).toContain(permission);
  });

  it('contracts, without which nobody can be told to have left or to come', async () => {
    const { findings } = await probe('api-key', { apiKey: { contracts: false } });
    expect(statesOf(findings)).toEqual({
      'contract dates': 'missing',
      'contract types': 'missing',
      'former employees': 'unknown',
      'future employees': 'unknown',
    });
    const dates = findings.find(({ dataSet }) => dataSet === 'contract dates');
    expect(dates?.remedy).toContain('contractual information');
  });

  it('a key that sees nobody', async () => {
    const { findings } = await probe('api-key', { apiKey: { users: false } });
    expect(findings[0]).toMatchObject({ dataSet: 'people', state: 'missing' });
    expect(findings[0]?.remedy).toContain('consult users');
  });

  it('a custom field that is named but not seen', async () => {
    const { findings } = await probe('api-key', {}, { wanted: { customFields: ['e_badge', 'e_nowhere'] } });
    const custom = findings.find(({ dataSet }) => dataSet === 'custom fields');
    expect(custom).toMatchObject({ state: 'partly' });
    expect(custom?.detail).toContain('e_nowhere');
    expect(custom?.detail).not.toContain('e_badge');
  });

  it('an axis that is not there, with those that are', async () => {
    const { findings } = await probe('api-key', {}, { costCenterAxis: 'Analytique' });
    const costCenters = findings.find(({ dataSet }) => dataSet === 'cost centres');
    expect(costCenters?.state).toBe('missing');
    expect(costCenters?.detail).toContain('Axes seen: ');
    expect(costCenters?.remedy).toContain('lucca.costCenterAxis');
  });

  it('scopes, one by one', async () => {
    const { findings } = await probe('oauth', {
      oauth: {
        scopes: [
          'employees.readonly',
          'employments.readonly',
          'job-positions.readonly',
          'departments.readonly',
        ],
      },
    });
    expect(statesOf(findings)).toEqual({
      'contract types': 'missing',
      'legal entities': 'missing',
      establishments: 'missing',
      'job qualifications': 'missing',
      'personal data': 'missing',
      'custom fields': 'missing',
      'definitions of custom fields': 'missing',
      'labels of custom lists': 'missing',
    });
    const template = findings.find(({ dataSet }) => dataSet === 'contract types');
    expect(template?.remedy).toContain('employment-templates.readonly');
  });
});

describe('credentials that are refused as a whole', () => {
  it('a wrong key', async () => {
    await expect(
      probe('api-key', {}, { apiKey: 'ffffffff-0000-0000-0000-000000000000' }),
    ).rejects.toMatchObject({
      code: 'LUCCA_KEY_REFUSED',
      exitCode: 2,
    });
  });

  it('a route that fails is a finding, not the end', async () => {
    lucca = await startLuccaSimulator({ clock: { speed: 0 } });
    lucca.faults.add({
      route: '/organization/structure/api/departments',
      kind: 'error',
      status: 500,
      times: 9,
    });
    const { address, ...access } = lucca.config('api-key');
    const { findings } = await probeRights({ tenant: address, ...access, clock: clockOf(lucca) });
    expect(statesOf(findings)).toEqual({ departments: 'unknown' });
  });
});

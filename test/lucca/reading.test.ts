/** Whole readings of simulated companies: what they cost, what they hold, what a missing right does to them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Directory, Person } from '../../src/lucca/directory.js';
import { type ReadOptions, readDirectory } from '../../src/lucca/read.js';
import {
  type Company,
  generateCompany,
  type LuccaSimulator,
  type LuccaSimulatorOptions,
  startLuccaSimulator,
} from '../../src/testing/lucca/index.js';
import { clockOf } from './support/fake-clock.js';

type Way = 'api-key' | 'oauth' | 'oauth+api-key';

let lucca: LuccaSimulator | undefined;
afterEach(async () => {
  await lucca?.close();
  lucca = undefined;
});

async function start(options: LuccaSimulatorOptions = {}): Promise<LuccaSimulator> {
  lucca = await startLuccaSimulator({ clock: { speed: 0 }, ...options });
  return lucca;
}

function read(from: LuccaSimulator, way: Way, options: Partial<ReadOptions> = {}): Promise<Directory> {
  const { address, ...access } = from.config(way);
  return readDirectory({ tenant: address, ...access, clock: clockOf(from), random: () => 0.5, ...options });
}

describe('reading 5,000 people', () => {
  let company: Company;
  beforeAll(() => {
    company = generateCompany({ people: 5000, seed: 1 });
  });

  it.each([
    { way: 'api-key', embedded: 'complete', atMost: 15 },
    { way: 'oauth', embedded: 'complete', atMost: 60 },
    { way: 'oauth+api-key', embedded: 'partial', atMost: 100 },
    { way: 'oauth+api-key', embedded: 'off', atMost: 170 },
  ] as const)(
    '$way, embedded $embedded: at most $atMost requests and not one 429',
    async ({ way, embedded, atMost }) => {
      const simulator = await start({ company, switches: { embedded }, quota: { window: 'sliding' } });
      const { people, requests, certificate } = await read(simulator, way, { costCenterAxis: undefined });
      expect(people).toHaveLength(5000);
      expect(certificate.complete).toBe(true);
      expect(requests).toBeLessThanOrEqual(atMost);
      const { byStatus, byPath } = simulator.requests.counters();
      expect(byStatus).toEqual({ 200: requests + (byPath['/connect/token'] ?? 0) });
    },
  );

  it.each(['fixed', 'sliding'] as const)(
    'finishes when another client eats 30 of the 50, %s window',
    async (window) => {
      const simulator = await start({
        company,
        switches: { embedded: 'off' },
        quota: { window, otherClient: 30 },
      });
      const began = simulator.clock.now();
      const { people, certificate } = await read(simulator, 'oauth+api-key');
      expect(people).toHaveLength(5000);
      expect(certificate.complete).toBe(true);
      expect(simulator.clock.now() - began).toBeLessThan(20 * 60_000);
    },
  );

  it('asks for smaller pages when Lucca is too slow for large ones', async () => {
    const simulator = await start({ company, switches: { millisecondsPerCell: 0.5 } });
    const { people, certificate } = await read(simulator, 'api-key');
    expect(people).toHaveLength(5000);
    expect(certificate.complete).toBe(true);
    const { byStatus } = simulator.requests.counters();
    expect(byStatus[408]).toBeGreaterThan(0);
    expect(byStatus[408]).toBeLessThan(10);
  });
});

describe('the hand-made company', () => {
  let simulator: LuccaSimulator;
  beforeAll(async () => {
    simulator = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
  });
  afterAll(() => simulator.close());

  /** What only one way carries: display name, login, culture, mobile and zone-less dates in v3; status and term in v5. */
  const common = ({
    displayName,
    login,
    cultureId,
    mobilePhone,
    modifiedAt,
    status,
    contract,
    ...rest
  }: Person) => ({
    ...rest,
    contract: contract === null ? null : { ...contract, term: null },
  });

  it('is the same through an API key and through OAuth, but for what one of them lacks', async () => {
    const legacy = await read(simulator, 'api-key', { wanted: { personal: true } });
    const current = await read(simulator, 'oauth+api-key', { wanted: { personal: true } });
    // A position without title has its qualification's title; v3 users know no qualification.
    const titles = new Map(legacy.people.map(({ id, jobTitle }) => [id, jobTitle]));
    const currentPeople = current.people.map((person) => ({
      ...person,
      jobTitle: titles.get(person.id) ?? null,
    }));
    expect(currentPeople.map(common)).toEqual(legacy.people.map(common));
    expect(current.departments).toEqual(legacy.departments);
    expect(current.establishments).toEqual(legacy.establishments);
    expect(current.sections).toEqual(legacy.sections);
    expect(
      [...current.legalEntities.values()].map(({ id, name, code }) => `${id} ${name} ${code}`).sort(),
    ).toEqual([...legacy.legalEntities.values()].map(({ id, name, code }) => `${id} ${name} ${code}`).sort());
  });

  it.each(['api-key', 'oauth+api-key'] as const)(
    'is read completely and without a finding through %s',
    async (way) => {
      const { certificate, issues, costCenterAxisId } = await read(simulator, way, {
        costCenterAxis: undefined,
      });
      expect(certificate.complete).toBe(true);
      expect(costCenterAxisId).toBe(String(simulator.config().costCenterAxis));
      expect(issues.filter(({ severity }) => severity !== 'info')).toEqual([]);
    },
  );

  it('never touches the routes that are announced dead', () => {
    const { byPath } = simulator.requests.counters();
    const dead = Object.keys(byPath).filter((path) => /\/api\/v3\/(?:departments|legalentities)/i.test(path));
    expect(dead).toEqual([]);
  });
});

describe('a right that the API key lacks', () => {
  it.each([
    ['managers', { managers: false }, 'people.managerId'],
    ['jobTitles', { jobTitles: false }, 'people.jobTitle'],
    ['contracts', { contracts: false }, 'people.contract.start'],
    ['axes', { axes: false }, 'people.sections'],
    ['departments', { departments: false }, 'people.departmentId'],
    ['personalFields', { personalFields: false }, 'people.birthDate'],
    ['hrFileSections', { hrFileSections: [] }, 'people.customFields'],
  ])('%s: the field is reported as never seen', async (_, apiKey, field) => {
    const simulator = await start({ rights: { apiKey } });
    const { issues } = await read(simulator, 'api-key', { wanted: { personal: true, customFields: true } });
    const found = issues.filter(
      ({ code, subject }) => code.startsWith('LUCCA_FIELD_') && subject.id === field,
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.remedy).toContain('rant');
  });

  it('to see anybody is no empty company', async () => {
    const simulator = await start({ rights: { apiKey: { users: false } } });
    const { people, certificate } = await read(simulator, 'api-key');
    expect(people).toEqual([]);
    expect(certificate.complete).toBe(false);
    expect(certificate.collections[0]?.faults).toEqual(['Lucca shows none at all']);
  });

  it('to see the structure leaves the reading incomplete', async () => {
    const simulator = await start({ rights: { apiKey: { structure: false } } });
    const { certificate, issues } = await read(simulator, 'api-key');
    const incomplete = certificate.collections.filter(({ complete }) => !complete).map(({ name }) => name);
    expect(incomplete).toEqual(['departments', 'establishments']);
    expect(issues.map(({ code, subject }) => `${code} ${subject.id}`)).toContain(
      'LUCCA_REFERENCE_NOT_SHOWN departments',
    );
  });
});

describe('a scope that the OAuth client lacks', () => {
  it('leaves the collection out and says which', async () => {
    const scopes = [
      'employees.readonly',
      'employments.readonly',
      'job-positions.readonly',
      'departments.readonly',
      'business-establishments.readonly',
    ];
    const simulator = await start({ rights: { oauth: { scopes } } });
    const { people, certificate, issues } = await read(simulator, 'oauth');
    expect(people.every(({ contract }) => contract?.typeName === null)).toBe(true);
    expect(certificate.complete).toBe(false);
    const missing = issues
      .filter(({ code }) => code === 'LUCCA_SCOPE_MISSING')
      .map(({ subject }) => subject.id);
    expect(missing).toEqual([
      'employment-templates.readonly',
      'legal-entities.readonly',
      'job-qualifications.readonly',
    ]);
  });
});

describe('sections that Lucca fails to give in one request', () => {
  it('are half known, although those of the cost-centre axis can be read', async () => {
    const simulator = await start({ company: generateCompany({ people: 60, seed: 3 }) });
    simulator.faults.add({ kind: 'error', status: 500, route: '/api/v3/axisSections', times: 4 });
    const { certificate, sections, costCenterAxisId } = await read(simulator, 'api-key', {
      costCenterAxis: undefined,
    });
    const found = [...sections.values()];
    expect(found.filter(({ axisId, nameOnly }) => axisId === costCenterAxisId && nameOnly)).toEqual([]);
    expect(certificate.collections.find(({ name }) => name === 'axis-sections')).toMatchObject({
      complete: false,
      faults: [expect.stringContaining('500')],
    });
  });
});

describe('while Lucca is being read', () => {
  it('progress is told, and waiting for the quota too', async () => {
    const simulator = await start({ company: generateCompany({ people: 450, seed: 2 }) });
    const told: string[] = [];
    await read(simulator, 'oauth', {
      quota: { requestsPerMinute: 6, reserve: 1 },
      onProgress: ({ step, label, done, total }) => told.push(`${step} ${label} ${done}/${total}`),
    });
    expect(told).toContain('read reading employees 450/450');
    expect(told.filter((line) => line.startsWith('wait'))).not.toEqual([]);
  });

  it('the work can be called off', async () => {
    const simulator = await start();
    const calledOff = new AbortController();
    const reading = read(simulator, 'api-key', {
      signal: calledOff.signal,
      onProgress: () => calledOff.abort(),
    });
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a wrong API key beside a right OAuth client', () => {
  it('is a mistake in the configuration, not a gap in the data', async () => {
    const simulator = await start();
    const apiKey = 'ffffffff-0000-0000-0000-000000000000';
    await expect(read(simulator, 'oauth+api-key', { apiKey })).rejects.toMatchObject({
      code: 'LUCCA_KEY_REFUSED',
      exitCode: 2,
    });
  });
});

describe('without credentials', () => {
  it('there is nothing to read with', async () => {
    await expect(async () => readDirectory({ tenant: 'acme' })).rejects.toMatchObject({
      code: 'LUCCA_CREDENTIALS_MISSING',
      exitCode: 2,
    });
  });
});

/** Every fault of the simulator: no crash, no false certificate, a message that names the cause. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/lucca/directory.js';
import { LuccaError } from '../../src/lucca/errors.js';
import { readDirectory } from '../../src/lucca/read.js';
import { type Fault, type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { readCases } from '../cases.js';
import { clockOf } from './support/fake-clock.js';

type Way = 'api-key' | 'oauth';

interface Case {
  name: string;
  way: Way;
  fault: Fault;
  /** While the fault lasts the reading is not complete and says this. */
  lasting?: string;
  /** While the fault lasts the reading ends with this error. */
  fatal?: string;
  /** When the fault strikes once the reading heals, with at most so many requests more. */
  healsWith?: number;
}

/** Three pages of v3 users, five of v5 employees: there is a page in the middle. */
const PEOPLE = { 'api-key': 2050, oauth: 450 };

const luccas = new Map<Way, LuccaSimulator>();
const undisturbed = new Map<Way, Directory>();
beforeAll(async () => {
  for (const way of ['api-key', 'oauth'] as const) {
    luccas.set(way, await startLuccaSimulator({ people: PEOPLE[way], seed: 7, clock: { speed: 0 } }));
    undisturbed.set(way, await read(way));
  }
});
afterEach(() => {
  for (const lucca of luccas.values()) {
    lucca.faults.clear();
    lucca.clock.advance({ minutes: 2 });
  }
});
afterAll(async () => {
  for (const lucca of luccas.values()) await lucca.close();
});

function luccaFor(way: Way): LuccaSimulator {
  const lucca = luccas.get(way);
  if (lucca === undefined) throw new Error(`no simulator for ${way}`);
  return lucca;
}

function read(way: Way): Promise<Directory> {
  const lucca = luccaFor(way);
  const { address, ...access } = lucca.config(way);
  return readDirectory({
    tenant: address,
    ...access,
    clock: clockOf(lucca),
    random: () => 0.5,
    limits: { headersTimeout: 600 },
  });
}

const cases = readCases<Case[]>('lucca/faults.yaml');

describe('while a fault lasts it is named, and nothing on top of it counts as complete', () => {
  it.each(cases.filter(({ lasting }) => lasting !== undefined))(
    '$way: $name',
    async ({ way, fault, lasting }) => {
      luccaFor(way).faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
      const { certificate, issues } = await read(way);
      expect(certificate.complete).toBe(false);
      const broken = certificate.collections.filter(({ complete }) => !complete);
      expect(broken.map(({ name }) => name)).toEqual([fault.route.split('/').at(-1)]);
      expect(broken[0]?.faults.join('; ')).toContain(lasting);
      expect(issues.map(({ message }) => message).join('\n')).toContain(lasting);
    },
  );
});

describe('a fault that keeps people from being read at all ends the reading with an error', () => {
  it.each(cases.filter(({ fatal }) => fatal !== undefined))('$way: $name', async ({ way, fault, fatal }) => {
    const lucca = luccaFor(way);
    lucca.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
    const error = await read(way).catch((thrown: unknown) => thrown);
    if (!(error instanceof LuccaError)) throw error;
    expect(error.code).toBe(fatal);
    expect(error.remedy).not.toBe('');
    expect(`${error.message} ${error.remedy}`).not.toContain(lucca.apiKey);
    expect(`${error.message} ${error.remedy}`).not.toContain(lucca.clientSecret);
  });
});

describe('a fault that strikes once is healed in the same reading', () => {
  it.each(cases.filter(({ healsWith }) => healsWith !== undefined))(
    '$way: $name',
    async ({ way, fault, healsWith = 0 }) => {
      const active = luccaFor(way).faults.add(fault);
      const directory = await read(way);
      expect(active.strikes).toBe(1);
      expect(directory.certificate.collections.flatMap(({ faults }) => faults)).toEqual([]);
      expect(directory.people).toEqual(undisturbed.get(way)?.people);
      expect(directory.requests - (undisturbed.get(way)?.requests ?? 0)).toBeLessThanOrEqual(healsWith);
    },
  );
});

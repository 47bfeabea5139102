import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import { createMemoryStore } from '../../src/store/memory.js';
import {
  FULL_RIGHTS,
  generateCompany,
  type LuccaSimulator,
  startLuccaSimulator,
  startTargetSimulator,
  type TargetSimulator,
} from '../../src/testing/index.js';

const SECTIONS = '/api/v3/axisSections';
const STRUCTURE = '/organization/structure/api';

/** What happens to Lucca between two good readings. */
const FAULTS: [string, (lucca: LuccaSimulator) => void][] = [
  [
    'the sections answer 500',
    ({ faults }) => faults.add({ kind: 'error', status: 500, route: SECTIONS, times: Infinity }),
  ],
  [
    'the sections are an empty page',
    ({ faults }) => faults.add({ kind: 'empty-page', route: SECTIONS, times: Infinity }),
  ],
  [
    'the axes and their sections answer 500',
    ({ faults }) => {
      faults.add({ kind: 'error', status: 500, route: SECTIONS, times: Infinity });
      faults.add({ kind: 'error', status: 500, route: '/api/v3/axes', times: Infinity });
    },
  ],
  ['the right to the structure is lost', (lucca) => lucca.setRights({ apiKey: { structure: false } })],
  ...['departments', 'establishments'].flatMap((name): typeof FAULTS => [
    [
      `the ${name} answer 500`,
      ({ faults }) =>
        faults.add({ kind: 'error', status: 500, route: `${STRUCTURE}/${name}`, times: Infinity }),
    ],
    [
      `the ${name} are an empty page`,
      ({ faults }) => faults.add({ kind: 'empty-page', route: `${STRUCTURE}/${name}`, times: Infinity }),
    ],
  ]),
];

/** The same over OAuth, where contract types are read from a list of their own. */
const OAUTH_FAULTS = ['departments', 'legal-entities', 'business-establishments', 'employment-templates'].map(
  (name): (typeof FAULTS)[number] => [
    `the ${name} answer 500`,
    ({ faults }) => faults.add({ kind: 'error', status: 500, route: `/lucca-api/${name}`, times: Infinity }),
  ],
);

describe.each([
  { way: 'api-key', faults: FAULTS },
  { way: 'oauth', faults: OAUTH_FAULTS },
] as const)('units of which a reading shows only a part, $way', ({ way, faults }) => {
  let lucca: LuccaSimulator;
  let target: TargetSimulator;
  let bridge: Bridge;

  beforeAll(async () => {
    lucca = await startLuccaSimulator({
      company: generateCompany({ people: 60, seed: 'n1' }),
      clock: { at: '2026-11-20T10:00:00Z', speed: 0 },
      quota: { enforced: false },
    });
    target = await startTargetSimulator();
    let ahead = 0;
    const clock = {
      now: () => lucca.clock.now() + ahead,
      sleep: async (milliseconds: number) => {
        ahead += milliseconds;
      },
      random: () => 0.5,
    };
    bridge = await createBridge(
      { lucca: lucca.config(way), targets: { travel: { url: target.url, token: 'target-token' } } },
      { store: createMemoryStore(), clock },
    );
    await bridge.push();
  });
  afterEach(() => {
    lucca.faults.clear();
    lucca.setRights(FULL_RIGHTS);
  });
  afterAll(async () => {
    await bridge.close();
    await Promise.all([lucca.close(), target.close()]);
  });

  it.each(faults)('%s: nothing is written, then and on the next good reading', async (_, happen) => {
    const before = JSON.stringify([target.users(), target.groups()]);
    happen(lucca);
    const faulty = await bridge.push();
    lucca.faults.clear();
    lucca.setRights(FULL_RIGHTS);
    const good = await bridge.push();

    expect(faulty.directory.certificate.complete).toBe(false);
    expect(faulty.targets[0]?.result).toMatchObject({ writes: 0, failed: 0, outcomes: [] });
    expect(good.directory.certificate.complete).toBe(true);
    expect(good.targets[0]?.result).toMatchObject({ writes: 0, failed: 0, outcomes: [] });
    expect(JSON.stringify([target.users(), target.groups()])).toBe(before);
  });
});

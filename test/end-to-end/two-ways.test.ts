import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBridge } from '../../src/bridge.js';
import type { JsonObject } from '../../src/json.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { readCases } from '../cases.js';
import { type Part, render, without } from './golden.js';

type Way = 'api-key' | 'oauth+api-key';

/** What only one way in carries, beside the golden file. */
interface OneWay extends Part {
  way: Way;
  why: string;
}

const ONE_WAY = readCases<OneWay[]>('golden/one-way.yaml');
const GOLDEN = new URL('../../fixtures/cases/golden/acme.ndjson', import.meta.url);

describe('the hand-made company, read in either way', () => {
  let lucca: LuccaSimulator;
  const read = {} as Record<Way, JsonObject[]>;

  beforeAll(async () => {
    lucca = await startLuccaSimulator({ quota: { enforced: false } });
    for (const way of ['api-key', 'oauth+api-key'] as const) {
      const store = createMemoryStore();
      const bridge = await createBridge({ tenant: 'acme', lucca: lucca.config(way) }, { store });
      const { translation } = await bridge.translate({ at: '2026-11-20T10:00:00Z' });
      read[way] = render(translation);
      await bridge.close();
    }
  });
  afterAll(() => lucca.close());

  it.each(['api-key', 'oauth+api-key'] as const)('gives the golden SCIM output through %s', (way) => {
    const golden = readFileSync(GOLDEN, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);
    const unknown = ONE_WAY.filter((entry) => entry.way !== way);
    expect(read[way].map((resource) => without(resource, unknown))).toEqual(
      golden.map((resource) => without(resource, unknown)),
    );
  });

  it.each(ONE_WAY)('$path is carried by $way alone: $why', ({ way, ...part }) => {
    const other = way === 'api-key' ? 'oauth+api-key' : 'api-key';
    expect(read[way].map((resource) => without(resource, [part]))).not.toEqual(read[way]);
    expect(read[other].map((resource) => without(resource, [part]))).toEqual(read[other]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/lucca/directory.js';
import { type ReadOptions, readDirectory } from '../../src/lucca/read.js';
import { readCaseFolder } from '../cases.js';
import { FakeClock } from './support/fake-clock.js';
import { type ReplayServer, type Route, startReplayServer } from './support/replay-server.js';

const API_KEY = '0f8fad5b-d9cb-469f-a165-70867728950e';

interface Case {
  name: string;
  way: 'api-key' | 'oauth' | 'oauth+api-key';
  options?: Pick<ReadOptions, 'costCenterAxis' | 'wanted'>;
  /** Routes of the case's own, before the file's. */
  routes?: Route[];
  /** Parts of the Directory; maps are written as objects. */
  expected: Record<string, unknown>;
  /** Every issue as `code subject-id`, in any order. */
  issues?: string[];
  /** Requests that must have been sent: path and some parameters. */
  asked?: { path: string; query?: Record<string, string> }[];
  notAsked?: string[];
}

interface CaseFile {
  routes: Route[];
  cases: Case[];
}

let server: ReplayServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe.each(readCaseFolder<CaseFile>('lucca/replay'))('$file', ({ content }) => {
  it.each(content.cases)('$name', async ({ way, options, routes, expected, issues, asked, notAsked }) => {
    server = await startReplayServer([...(routes ?? []), ...content.routes]);
    const { origin, tokenUrl } = server;
    const directory = await readDirectory({
      tenant: origin,
      ...(way === 'oauth' ? {} : { apiKey: API_KEY }),
      ...(way === 'api-key' ? {} : { oauth: { clientId: 'bridge', clientSecret: 'sesame', tokenUrl } }),
      clock: new FakeClock(),
      ...options,
    });

    expect(directory.way).toBe(way);
    expect(asJson(directory)).toMatchObject(expected);
    if (issues !== undefined) {
      expect(directory.issues.map(({ code, subject }) => `${code} ${subject.id}`).sort()).toEqual(
        [...issues].sort(),
      );
    }
    for (const request of asked ?? [])
      expect(server.asked).toContainEqual(expect.objectContaining(withQuery(request)));
    for (const path of [...(notAsked ?? []), '/api/v3/departments', '/api/v3/legalentities']) {
      expect(server.asked.filter((request) => request.path.toLowerCase().startsWith(path))).toEqual([]);
    }
  });
});

function withQuery({ path, query }: { path: string; query?: Record<string, string> }) {
  return { path, query: expect.objectContaining(query ?? {}) };
}

function asJson(directory: Directory): Record<string, unknown> {
  const { departments, legalEntities, establishments, sections, ...rest } = directory;
  return {
    ...rest,
    departments: Object.fromEntries(departments),
    legalEntities: Object.fromEntries(legalEntities),
    establishments: Object.fromEntries(establishments),
    sections: Object.fromEntries(sections),
  };
}

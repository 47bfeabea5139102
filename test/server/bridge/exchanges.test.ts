/** The protocol's chapters in `fixtures/cases/http/`, answered by the bridge's own backend. */
import { afterEach, describe, it } from 'vitest';
import { readCaseFolder } from '../../cases.js';
import type { EndpointOptions } from '../endpoint.js';
import { replay, type Step } from '../session.js';
import { type BridgeEndpoint, startBridgeEndpoint } from './bridge-endpoint.js';

interface Chapter {
  heading: string;
  settings?: EndpointOptions;
  given?: Step[];
  cases: { name: string; settings?: EndpointOptions; steps: Step[] }[];
}

/** What holds for targets only. */
const ELSEWHERE = new Set([
  // The bridge's users have one more extension: see `fixtures/cases/serving/provenance.yaml`.
  'the resource types are listed and can be read one by one',
  // The bridge takes managers as they come: they may arrive after their reports.
  'a setting demands that managers exist',
]);

let endpoint: BridgeEndpoint | undefined;

afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

for (const { content } of readCaseFolder<Chapter>('http')) {
  describe(content.heading, () => {
    it.each(content.cases.filter(({ name }) => !ELSEWHERE.has(name)))(
      '$name',
      async ({ settings, steps }) => {
        const {
          unknownMembers,
          uniqueGroupNames = false,
          views: _,
          ...router
        } = { ...content.settings, ...settings };
        endpoint = await startBridgeEndpoint({
          ...router,
          settings: { unknownMembers: unknownMembers === 'drop' ? 'accept' : 'refuse', uniqueGroupNames },
        });
        await replay(endpoint, [...(content.given ?? []), ...steps]);
      },
    );
  });
}

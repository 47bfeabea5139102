/** What the endpoint answers, exchange by exchange: every file of `fixtures/cases/http/` is a chapter of the specification. */
import { afterEach, describe, it } from 'vitest';
import { readCaseFolder } from '../cases.js';
import { type EndpointOptions, startEndpoint } from './endpoint.js';
import { type Endpoint, replay, type Step } from './session.js';

interface Chapter {
  heading: string;
  /** Settings of the router and the backend for the whole chapter. */
  settings?: EndpointOptions;
  /** Done before each case. */
  given?: Step[];
  cases: { name: string; settings?: EndpointOptions; steps: Step[] }[];
}

let endpoint: Endpoint | undefined;

afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

for (const { content } of readCaseFolder<Chapter>('http')) {
  describe(content.heading, () => {
    it.each(content.cases)('$name', async ({ settings, steps }) => {
      endpoint = await startEndpoint({ ...content.settings, ...settings });
      await replay(endpoint, [...(content.given ?? []), ...steps]);
    });
  });
}

/**
 * How the bridge serves people and groups, exchange by exchange: every file of `fixtures/cases/serving/` is a chapter of the
 * specification. Steps are exchanges of a client, readings of Lucca, or time that passes.
 */
import { afterEach, describe, it } from 'vitest';
import type { PrecedenceConfig } from '../../../src/identity/precedence-config.js';
import type { JsonObject } from '../../../src/json.js';
import type { ServingSettings } from '../../../src/server/bridge/backend.js';
import { loadView } from '../../../src/server/bridge/load-view.js';
import { compileView, type ViewDefinition } from '../../../src/server/bridge/view.js';
import { readCaseFolder } from '../../cases.js';
import { replay, type Step } from '../session.js';
import {
  type BridgeEndpoint,
  type LuccaGroupReading,
  readLucca,
  readLuccaGroups,
  setByHand,
  startBridgeEndpoint,
} from './bridge-endpoint.js';

/** What Lucca shows: people and groups by bridge id. */
interface Reading {
  people?: Record<string, JsonObject>;
  groups?: Record<string, LuccaGroupReading>;
}

type ServingStep =
  /** An exchange of a client; okta when none is named. */
  | (Step & { as?: string })
  | { lucca: Reading }
  /** An admin sets values of a person by hand. */
  | { manual: { person: string; values: JsonObject; expiresAt: string } }
  /** ISO instant that it is from then on. */
  | { now: string };

interface Settings {
  precedence?: Partial<PrecedenceConfig>;
  settings?: ServingSettings;
  /** Names of packaged views, or views of their own. */
  views?: (string | ViewDefinition)[];
}

interface Chapter extends Settings {
  heading: string;
  given?: Reading;
  cases: (Settings & { name: string; steps: ServingStep[] })[];
}

let endpoint: BridgeEndpoint | undefined;

afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

for (const { content: chapter } of readCaseFolder<Chapter>('serving')) {
  describe(chapter.heading, () => {
    it.each(chapter.cases)('$name', async ({ steps, ...own }) => {
      const { precedence = {}, settings = {}, views = [] } = { ...chapter, ...own };
      let now = '2026-11-20T12:00:00.000Z';
      endpoint = await startBridgeEndpoint({
        precedence,
        settings,
        views: views.map((view) => (typeof view === 'string' ? loadView(view) : compileView(view))),
        now: () => Date.parse(now),
      });
      let variables: Record<string, string> = {};
      const read = async ({ people = {}, groups = {} }: Reading): Promise<void> => {
        if (endpoint === undefined) return;
        await readLucca(endpoint.store, people, now);
        await readLuccaGroups(endpoint.store, groups, now);
      };
      await read(chapter.given ?? {});
      for (const step of steps) {
        if ('lucca' in step) await read(step.lucca);
        else if ('now' in step) now = step.now;
        else if ('manual' in step) await setByHand(endpoint.store, step.manual, now);
        else variables = await replay(endpoint, [asClient(step)], variables);
      }
    });
  });
}

function asClient({ as, ...step }: Step & { as?: string }): Step {
  return as === undefined ? step : { ...step, with: { Authorization: `Bearer ${as}`, ...step.with } };
}

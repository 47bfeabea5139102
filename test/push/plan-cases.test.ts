import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import type { PlanInput } from '../../src/push/plan/input.js';
import { readCases } from '../cases.js';
import { desired, group, NOW, type Person } from './people.js';
import { noLinks, plan, pretendToApply } from './pretend.js';

interface State {
  people?: Person[];
  groups?: { id: string; name: string; members: string[] }[];
}

interface Case {
  it: string;
  profile?: string;
  options?: Record<string, unknown>;
  /** As pushed and acknowledged, one state after the other. */
  before?: State | State[];
  /** As it is now; people of `before` stay as they were unless they stand here again. */
  now?: State;
  /** People whose create was sent and never acknowledged. */
  interrupted?: string[];
  /** Since when people and groups have been let go. */
  unwanted?: Record<string, string>;
  /** People who are not in the reading any more. */
  missing?: string[];
  incomplete?: boolean;
  approved?: string[];
  remote?: { users?: JsonObject[]; groups?: JsonObject[]; complete?: boolean };
  operations?: object[];
  skipped?: object[];
  notes?: object[];
  held?: object[];
  summary?: object;
}

describe('the planner', () => {
  it.each(readCases<Case[]>('push/plan.yaml').map((one) => [one.it, one] as const))('%s', (_, one) => {
    const profile = loadProfile(one.profile ?? 'generic', one.options);
    const capabilities = fallbackCapabilities();
    const links = noLinks();
    const input = (state: State, missing: readonly string[]): Partial<PlanInput> => ({
      profile,
      capabilities,
      ...links,
      users: (state.people ?? []).filter(({ id }) => !missing.includes(id)).map(desired),
      groups:
        state.groups === undefined
          ? null
          : state.groups.map(({ id, name, members }) => group(id, name, members)),
    });
    const before = [one.before ?? []].flat();
    for (const state of before) pretendToApply(plan(input(state, [])), links, profile, capabilities);

    for (const id of one.interrupted ?? [])
      links.links.set(id, { state: 'intent', targetId: null, sent: null, at: NOW });

    for (const [id, unwantedSince] of Object.entries(one.unwanted ?? {})) {
      const [link, groupLink] = [links.links.get(id), links.groupLinks.get(id)];
      if (link !== undefined) links.links.set(id, { ...link, unwantedSince });
      if (groupLink !== undefined) links.groupLinks.set(id, { ...groupLink, unwantedSince });
    }

    const made = plan({
      ...input(merge(before.at(-1), one.now), one.missing ?? []),
      missing: new Set(one.missing ?? []),
      complete: one.incomplete !== true,
      remote: {
        users: one.remote?.users ?? [],
        groups: one.remote?.groups ?? [],
        complete: { users: one.remote?.complete ?? true, groups: one.remote?.complete ?? true },
      },
      approvedAdoptions: new Set(one.approved ?? []),
    });

    expect(made.operations).toMatchObject(one.operations ?? []);
    expect(made.skipped).toMatchObject(one.skipped ?? []);
    expect(made.notes).toMatchObject(one.notes ?? []);
    expect(made.held).toMatchObject(one.held ?? []);
    expect(made.summary).toMatchObject(one.summary ?? {});
  });
});

function merge(before: State = {}, now: State = {}): State {
  const people = new Map(
    [...(before.people ?? []), ...(now.people ?? [])].map((person) => [person.id, person]),
  );
  const groups = now.groups ?? before.groups;
  return { people: [...people.values()], ...(groups === undefined ? {} : { groups }) };
}

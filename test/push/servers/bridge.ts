/** The push as the bridge runs it, with links in memory: read what must be read, plan, apply. */
import type { Clock } from '../../../src/clock.js';
import type { GroupLink, Link } from '../../../src/identity/person.js';
import { type ApplyResult, applyPlan } from '../../../src/push/apply/apply.js';
import type { ApplyInput } from '../../../src/push/apply/context.js';
import { type Capabilities, pushesGroups } from '../../../src/push/capabilities.js';

import { createTargetClient, type TargetClient } from '../../../src/push/client/target-client.js';
import { discover } from '../../../src/push/discovery.js';
import { loadProfile } from '../../../src/push/load-profile.js';
import type { DesiredGroup, PlanInput } from '../../../src/push/plan/input.js';
import type { Plan } from '../../../src/push/plan/operation.js';
import { planOnTarget } from '../../../src/push/plan-on-target.js';
import { fakeClock } from '../clock.js';
import { desired, NOW, type Person } from '../people.js';
import type { ScimServer } from './server.js';

export interface Wish {
  people: readonly Person[];
  groups?: readonly DesiredGroup[];
  complete?: boolean;
  /** The instant of the run; `NOW` when left out. */
  at?: string;
  missing?: readonly string[];
}

export interface TestBridge {
  client: TargetClient;
  links: Map<string, Link>;
  groupLinks: Map<string, GroupLink>;
  /** With what planning has taught. */
  readonly capabilities: Capabilities;
  plan(wish: Wish): Promise<Plan>;
  apply(plan: Plan, over?: Partial<ApplyInput>): Promise<ApplyResult>;
  push(wish: Wish): Promise<{ plan: Plan; result: ApplyResult }>;
}

export interface TestBridgeOptions {
  profile?: string;
  options?: Record<string, unknown>;
  /** Given, discovery is spared. */
  capabilities?: Capabilities;
  clock?: Clock;
}

export async function createTestBridge(
  server: ScimServer,
  settings: TestBridgeOptions = {},
): Promise<TestBridge> {
  const profile = loadProfile(settings.profile ?? 'generic', settings.options);
  const client = createTargetClient({
    url: server.url,
    profile,
    token: server.token,
    clock: settings.clock ?? fakeClock(),
  });
  const capabilities = settings.capabilities ?? (await discover(client, NOW));
  let known = capabilities;
  const now = () => NOW;
  const links = new Map<string, Link>();
  const groupLinks = new Map<string, GroupLink>();

  async function plan(wish: Wish): Promise<Plan> {
    const input: Omit<PlanInput, 'remote'> = {
      target: 'test',
      at: wish.at ?? NOW,
      now: wish.at ?? NOW,
      users: wish.people.map(desired),
      groups: pushesGroups(profile, capabilities) ? (wish.groups ?? []) : null,
      links,
      groupLinks,
      missing: new Set(wish.missing ?? []),
      complete: wish.complete ?? true,
      profile,
      capabilities: known,
    };
    const { plan, learner } = await planOnTarget(client, input, { now });
    known = learner.capabilities;
    return plan;
  }

  const apply = (made: Plan, over: Partial<ApplyInput> = {}) =>
    applyPlan(made, {
      client,
      profile,
      capabilities: known,
      links,
      groupLinks,
      saveLink: async (id, link) => void (link === null ? links.delete(id) : links.set(id, link)),
      saveGroupLink: async (id, link) =>
        void (link === null ? groupLinks.delete(id) : groupLinks.set(id, link)),
      now: () => made.at,
      ...over,
    });

  return {
    client,
    links,
    groupLinks,
    get capabilities() {
      return known;
    },
    plan,
    apply,
    async push(wish) {
      const made = await plan(wish);
      return { plan: made, result: await apply(made) };
    },
  };
}

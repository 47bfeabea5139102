/** A plan made with what the target holds already, as far as it has to be asked. */
import type { Link } from '../identity/person.js';
import type { TargetClient } from './client/target-client.js';
import { createLearner, type Learner } from './learner.js';
import { linkedId, type PlanInput } from './plan/input.js';
import type { Plan } from './plan/operation.js';
import { createPlan } from './plan/plan.js';
import { type Makings, makingsOf, readRemote } from './remote.js';

type Unasked = Omit<PlanInput, 'remote'>;

export interface PlanOnTarget {
  plan: Plan;
  learner: Learner;
}

/**
 * The target is asked only when something would be made there: when nothing changed, and for people who can get no account
 * whatever it holds (two who claim one userName), it costs no request (R20).
 * @param renew The input with what the target supports as of today, before anything is sent; undefined when that is known.
 * @param now The present instant, ISO, with which lessons are stamped
 * @returns the plan, and what is known of the target after it was asked
 */
export async function planOnTarget(
  client: TargetClient,
  given: Unasked,
  { now, renew = async () => undefined }: { now(): string; renew?(): Promise<Unasked | undefined> },
): Promise<PlanOnTarget> {
  let plan: Plan | undefined = createPlan({ ...given, remote: null });
  if (plan.operations.length === 0) return { plan, learner: createLearner(given.capabilities, now) };
  const renewed = await renew();
  if (renewed !== undefined) plan = createPlan({ ...renewed, remote: null });
  const input = renewed ?? given;
  const learner = createLearner(input.capabilities, now);
  let makings: Makings | undefined = makingsOf(plan);
  if (makings.users.length + makings.groups.length === 0) return { plan, learner };
  // The plan of a first push is as large as the company: the one made unasked must go before the other is made.
  plan = undefined;
  const remote = await readRemote(
    client,
    makings,
    { users: countLinked(input.links), groups: countLinked(input.groupLinks) },
    {
      profile: input.profile,
      filters: learner.filters,
      get capabilities() {
        return learner.capabilities;
      },
    },
  );
  makings = undefined;
  return { plan: createPlan({ ...input, remote }), learner };
}

function countLinked(links: ReadonlyMap<string, Link>): number {
  let count = 0;
  for (const link of links.values()) if (linkedId(link) !== null) count += 1;
  return count;
}

/** A plan made with what the target holds already, as far as it has to be asked. */
import type { TargetClient } from './client/target-client.js';
import type { PlanInput } from './plan/input.js';
import type { Plan } from './plan/operation.js';
import { createPlan } from './plan/plan.js';
import { type Makings, makingsOf, readRemote } from './remote.js';

/**
 * The target is asked only when something would be made there: when nothing changed, and for people who can get no account
 * whatever it holds (two who claim one userName), it costs no request (R20).
 */
export async function planOnTarget(client: TargetClient, input: Omit<PlanInput, 'remote'>): Promise<Plan> {
  let plan: Plan | undefined = createPlan({ ...input, remote: null });
  let makings: Makings | undefined = makingsOf(plan);
  if (makings.users.length + makings.groups.length === 0) return plan;
  // The plan of a first push is as large as the company: the one made unasked must go before the other is made.
  plan = undefined;
  const remote = await readRemote(client, makings, input);
  makings = undefined;
  return createPlan({ ...input, remote });
}

/** Plan documents, held against the bridge that they are to be applied by. */

import { createHash } from 'node:crypto';
import { BridgeError } from '../errors.js';
import { canonicalJson } from '../json.js';
import { type PlanDocument, type PlannedPart, sealPlans } from '../push/plan-file/document.js';
import type { RunReport, TargetPlan } from './run.js';
import type { RunContext } from './run-context.js';
import type { Target } from './target.js';

/**
 * What decides about a plan besides the data: scope, mapping and profile of a target, as one hash. Another one means that
 * everything has to be judged anew.
 */
export function fingerprint({ config, profile }: Target, mappingHash: string): string {
  const { scope = {}, groups, idpOnly } = config;
  return createHash('sha256')
    .update(canonicalJson({ scope, groups, idpOnly, profile, mappingHash }))
    .digest('hex');
}

/** The plans of a report as one document. Targets that could not be asked are not in it. */
export function documentOf(
  { targets }: Pick<RunReport<TargetPlan>, 'targets'>,
  { tenant, clock, mappingHash, targets: known }: RunContext,
): PlanDocument {
  const plans = targets.flatMap(({ target: name, plan }) => {
    const target = known.find((one) => one.name === name);
    return plan === null || target === undefined
      ? []
      : [{ configuration: fingerprint(target, mappingHash), plan }];
  });
  return sealPlans({ tenant, madeAt: new Date(clock.now()).toISOString(), plans });
}

/** @throws BridgeError PLAN_OTHER_TENANT, PLAN_OTHER_TARGET */
export function checkDocument(
  { tenant, plans }: PlanDocument,
  context: Pick<RunContext, 'tenant' | 'targets'>,
): void {
  if (tenant !== context.tenant) {
    throw new BridgeError(
      'PLAN_OTHER_TENANT',
      `The plan is for ${tenant}, this bridge for ${context.tenant}.`,
      {
        remedy: 'Push it with the configuration that it was made with.',
        exitCode: 2,
      },
    );
  }
  const known = context.targets.map(({ name }) => name);
  const strange = plans.map(({ plan }) => plan.target).filter((name) => !known.includes(name));
  if (strange.length === 0) return;
  throw new BridgeError(
    'PLAN_OTHER_TARGET',
    `The plan is for ${strange.join(', ')}, which the configuration does not have.`,
    { remedy: `The configured targets are: ${known.join(', ') || 'none'}.`, exitCode: 2 },
  );
}

export function partOf({ plans }: PlanDocument, target: string): PlannedPart | undefined {
  return plans.find(({ plan }) => plan.target === target);
}

/** A plan as a document: complete, versioned, and sealed with a checksum, so that it can be read, passed on and applied later. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BridgeError } from '../../errors.js';
import { canonicalJson } from '../../json.js';
import { hashPlan } from '../guard/revise.js';
import type { Plan } from '../plan/operation.js';

export const PLAN_FORMAT = 'lucca-scim-plan';
/** Counted up with every change of what a plan holds. */
export const PLAN_VERSION = 1;

/** The plan for one target, and what it was made with. */
export interface PlannedPart {
  /** Fingerprint of scope, mapping and profile. */
  configuration: string;
  plan: Plan;
}

export interface PlanDocument {
  format: typeof PLAN_FORMAT;
  version: typeof PLAN_VERSION;
  /** Which customer it is for. */
  tenant: string;
  /** ISO instant. */
  madeAt: string;
  plans: PlannedPart[];
  /** SHA-256 over everything else. */
  checksum: string;
}

export function sealPlans(content: Pick<PlanDocument, 'tenant' | 'madeAt' | 'plans'>): PlanDocument {
  const document = { format: PLAN_FORMAT, version: PLAN_VERSION, ...content } as const;
  return { ...document, checksum: checksumOf(document) };
}

export function writePlanDocument(document: PlanDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

const envelope = z.looseObject({ format: z.literal(PLAN_FORMAT), version: z.number() });

/** What is read of a document; the checksum vouches for the inside of the plans. */
const contents = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  version: z.literal(PLAN_VERSION),
  tenant: z.string(),
  madeAt: z.iso.datetime(),
  plans: z.array(
    z.strictObject({
      configuration: z.string(),
      plan: z.looseObject({
        target: z.string(),
        hash: z.string(),
        operations: z.array(z.looseObject({ id: z.string(), kind: z.string(), subject: z.string() })),
        awaiting: z.array(z.looseObject({ id: z.string() })),
      }),
    }),
  ),
  checksum: z.string(),
});

/**
 * Reads a plan document and makes sure that it is whole and unchanged.
 * @throws BridgeError PLAN_UNREADABLE, PLAN_VERSION_UNKNOWN, PLAN_TAMPERED
 */
export function readPlanDocument(text: string): PlanDocument {
  const value = parse(text);
  const known = envelope.safeParse(value);
  if (!known.success) throw unreadable('It holds no plan of lucca-scim.');
  if (known.data.version !== PLAN_VERSION) {
    throw new BridgeError(
      'PLAN_VERSION_UNKNOWN',
      `The plan has version ${known.data.version} of the format; this version of the bridge knows version ${PLAN_VERSION}.`,
      { remedy: 'Make the plan again with this version of lucca-scim.', exitCode: 2 },
    );
  }
  const whole = contents.safeParse(value);
  if (!whole.success) throw tampered();
  const { checksum, ...document } = whole.data;
  const plans = document.plans as unknown as PlannedPart[];
  const isWhole =
    checksumOf(document) === checksum &&
    plans.every(({ plan }) => hashPlan(plan.target, plan.operations, plan.awaiting) === plan.hash);
  if (!isWhole) throw tampered();
  return { ...document, plans, checksum };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('It is no JSON.');
  }
}

function checksumOf(document: object): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex');
}

export function unreadable(why: string): BridgeError {
  return new BridgeError('PLAN_UNREADABLE', `The plan cannot be read. ${why}`, {
    remedy: 'Name a file that `lucca-scim plan --out FILE.json` wrote, or the hash of a stored plan.',
    exitCode: 2,
  });
}

function tampered(): BridgeError {
  return new BridgeError('PLAN_TAMPERED', 'The plan was changed or cut short after it was made.', {
    remedy: 'Make the plan again with `lucca-scim plan --out FILE`; nothing of this one was applied.',
    exitCode: 3,
  });
}

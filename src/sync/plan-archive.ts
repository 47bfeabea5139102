/** The latest plans of each target, kept so that they can be read, approved by their hash, and pushed later. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { BridgeError } from '../errors.js';
import type { Plan, PlanSummary } from '../push/plan/operation.js';
import { type PlanDocument, readPlanDocument, sealPlans } from '../push/plan-file/document.js';
import { readAll } from '../store/read-all.js';
import type { Collection, StoredRecord } from '../store/store.js';
import { type ApprovalRecord, isUsedUp } from './approvals.js';

/** A plan in the store; its id is target and hash. */
export interface StoredPlan extends StoredRecord {
  target: string;
  hash: string;
  /** ISO instants: when it was made, and for which one. */
  madeAt: string;
  at: string;
  summary: PlanSummary;
  /** The plan document as JSON, gzipped, in base64: the first plan of a company is as large as the company. */
  document: string;
}

/** So many plans of each target are kept, and beside them those whose approval is not used up. */
const KEPT = 5;
const zip = promisify(gzip);
const unzip = promisify(gunzip);

export interface PlanArchive {
  keep(content: { tenant: string; configuration: string; plan: Plan; madeAt: string }): Promise<void>;
  /** The latest first. */
  list(): Promise<StoredPlan[]>;
  /**
   * @param hash its first 8 characters or more
   * @throws BridgeError PLAN_UNKNOWN, PLAN_AMBIGUOUS
   */
  find(hash: string, target?: string): Promise<StoredPlan>;
  /** The plan for a target with exactly this hash; undefined when it is not kept any more. */
  get(target: string, hash: string): Promise<StoredPlan | undefined>;
  /** The document of a stored plan. */
  open(stored: StoredPlan): Promise<PlanDocument>;
}

export function createPlanArchive(
  plans: Collection<StoredPlan>,
  approvals: Collection<ApprovalRecord>,
): PlanArchive {
  async function list(): Promise<StoredPlan[]> {
    return (await readAll(plans)).sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
  }

  return {
    list,
    async keep({ tenant, configuration, plan, madeAt }) {
      const { target, hash, at, summary } = plan;
      const id = idOf(target, hash);
      const text = JSON.stringify(sealPlans({ tenant, madeAt, plans: [{ configuration, plan }] }));
      const document = (await zip(text)).toString('base64');
      const version = (await plans.get(id))?.version ?? 0;
      await plans.put([{ id, version, target, hash, madeAt, at, summary, document }]);
      const open = (await readAll(approvals)).filter((approval) => !isUsedUp(approval));
      const approved = new Set(open.map((approval) => approval.hash));
      const old = (await list()).filter((stored) => stored.target === target).slice(KEPT);
      await plans.delete(old.filter((stored) => !approved.has(stored.hash)).map((stored) => stored.id));
    },
    async find(hash, target) {
      const wanted = hash.toLowerCase();
      if (!/^[0-9a-f]{8,64}$/.test(wanted)) throw unknown();
      const found = (await list()).filter(
        (plan) => plan.hash.startsWith(wanted) && (target === undefined || plan.target === target),
      );
      const [plan, second] = found;
      if (plan === undefined) throw unknown();
      if (second === undefined) return plan;
      throw new BridgeError('PLAN_AMBIGUOUS', 'Several stored plans begin with this hash.', {
        remedy: 'Give more of the hash, or name the target.',
        exitCode: 2,
      });
    },
    get: (target, hash) => plans.get(idOf(target, hash)),
    async open({ document }) {
      return readPlanDocument((await unzip(Buffer.from(document, 'base64'))).toString('utf8'));
    },
  };
}

function idOf(target: string, hash: string): string {
  return `${target} ${hash}`;
}

function unknown(): BridgeError {
  return new BridgeError('PLAN_UNKNOWN', 'No stored plan has this hash.', {
    remedy: `Plan again, and take the hash at the end of the plan: the latest ${KEPT} plans of each target are kept.`,
    exitCode: 2,
  });
}

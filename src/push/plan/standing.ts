/** Whether a person's account should be active on the target, and why (R5, R8). */

import type { Finding } from './finding.js';
import type { DesiredUser } from './input.js';
import type { DeactivationCause } from './operation.js';

export type Standing =
  /** `keep`: nothing known at this instant justifies a change of what was last sent. */
  { active: true | 'keep'; reason: string } | { active: false; reason: string; cause: DeactivationCause };

/** Alone where nothing more is known, else with a colon and the reason. */
export const LEFT_SCOPE = 'left scope';

/**
 * A start date that moved into the future never deactivates a linked person, and neither does a contract whose dates
 * vanished: only a contract seen to have ended, another source's word, or leaving the scope does.
 */
export function judgeStanding(user: DesiredUser): Standing {
  const { resource, lifecycle, inScope, inactiveBecause, leftScopeBecause } = user;
  if (lifecycle.state === 'left') return { active: false, reason: lifecycle.reason, cause: 'contract-ended' };
  if (inactiveBecause !== undefined)
    return { active: false, reason: inactiveBecause, cause: 'contract-ended' };
  if (!inScope) {
    const reason = leftScopeBecause === undefined ? LEFT_SCOPE : `${LEFT_SCOPE}: ${leftScopeBecause}`;
    return { active: false, reason, cause: 'left-scope' };
  }
  switch (lifecycle.state) {
    case 'upcoming':
      return { active: 'keep', reason: lifecycle.reason };
    case 'unknown':
      return resource.active === false ? OBJECTION : { active: 'keep', reason: lifecycle.reason };
    case 'active':
      return resource.active === false ? OBJECTION : { active: true, reason: lifecycle.reason };
  }
}

/** Lucca does not object, so another source does. */
const OBJECTION: Standing = {
  active: false,
  reason: 'a source other than Lucca says that the person is inactive',
  cause: 'other-source',
};

/** Why a person without an account gets none for now; null when they get one. */
export function whyNotYet(user: DesiredUser): Pick<Finding, 'code' | 'message' | 'remedy'> | null {
  const { lifecycle, resource } = user;
  if (lifecycle.state === 'upcoming') {
    return {
      code: 'NOT_STARTED',
      message: `The contract has not started: ${lifecycle.reason}.`,
      remedy: 'Nothing to do: the account is made on the first day, or earlier if the mapping says so.',
    };
  }
  if (judgeStanding(user).active === false) {
    return {
      code: 'INACTIVE_NEVER_PROVISIONED',
      message: `The person is inactive and was never on the target: ${judgeStanding(user).reason}.`,
      remedy: 'Nothing to do.',
    };
  }
  if (lifecycle.state === 'active' || resource.active === true) return null;
  return {
    code: 'MISSING_START_DATE',
    message: 'No source says whether the person works here: Lucca shows no start date.',
    remedy: 'Enter the start of the contract in Lucca; a rescinded hire needs nothing.',
  };
}

/** What is said of those who cannot have the userName or the address that they want (R16). */
import type { Draft } from './draft.js';
import type { Finding } from './finding.js';
import { linkedId } from './input.js';
import { labelOf } from './names.js';
import { judgeStanding } from './standing.js';
import type { UniqueAttribute, UniqueValue } from './unique-values.js';

export type Reason = Pick<Finding, 'code' | 'message' | 'remedy' | 'holder'>;

const NAMES: Readonly<Record<UniqueAttribute, { what: string; taken: string; duplicate: string }>> = {
  userName: { what: 'userName', taken: 'USERNAME_TAKEN', duplicate: 'DUPLICATE_USERNAME' },
  emails: { what: 'e-mail address', taken: 'EMAIL_TAKEN', duplicate: 'DUPLICATE_EMAIL' },
};

/** Two want one value. */
export function duplicate(attribute: UniqueAttribute): Reason {
  const { what, duplicate: code } = NAMES[attribute];
  return {
    code,
    message: `Another person has the same ${what}; whoever is on the target with it keeps it, nobody else gets it.`,
    remedy: 'Give all of them but one another work e-mail in Lucca.',
  };
}

/** Somebody has it who does not want it, or keeps it all the same. @param holder bridge id */
export function taken({ attribute }: UniqueValue, holder: string, { input, desired }: Draft): Reason {
  const { what, taken: code } = NAMES[attribute];
  const targetId = linkedId(input.links.get(holder));
  const whose = targetId === null ? 'an account' : `the account ${targetId}`;
  const owner = desired.get(holder);
  if (targetId !== null && owner !== undefined && judgeStanding(owner).active === false)
    return {
      code,
      message: `The ${what} is held by ${whose} on the target, which a person who does not work any more still has.`,
      remedy:
        'Give that person another work e-mail in Lucca, or rename the account on the target and run push --reconcile.',
      holder: labelOf(owner.resource, holder),
    };
  return {
    code,
    message: `The ${what} is held by ${whose} on the target, which is not about to give it up.`,
    remedy:
      'Rename that account on the target and run push --reconcile, or give the person another work e-mail.',
  };
}

/** A circle of so many people cannot be broken. */
export function endless(count: number): Reason {
  return {
    code: 'USERNAME_CIRCLE',
    message: `${count} people exchange their userNames or addresses among themselves, and the target takes no temporary one.`,
    remedy: 'Give one of them a temporary e-mail for one run.',
  };
}

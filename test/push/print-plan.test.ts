import { describe, expect, it } from 'vitest';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import type { Plan } from '../../src/push/plan/operation.js';
import { printPlan } from '../../src/push/print-plan.js';
import { desired, group } from './people.js';
import { letGo, noLinks, plan, pretendToApply } from './pretend.js';

function example(): Plan {
  const profile = loadProfile('generic');
  const links = noLinks();
  const before = {
    profile,
    ...links,
    users: [
      desired({ id: 'ana', givenName: 'Ana', familyName: 'Costa' }),
      desired({ id: 'leo', givenName: 'Léo', familyName: 'Petit', title: 'Buyer', department: 'Sales' }),
      desired({ id: 'zoe', givenName: 'Zoé', familyName: 'Roux' }),
    ],
    groups: [group('31', 'Sales', ['leo', 'zoe'])],
  };
  pretendToApply(plan(before), links, profile, fallbackCapabilities());
  return plan({
    ...before,
    users: [
      desired({ id: 'ana', givenName: 'Ana', familyName: 'Costa' }),
      desired({
        id: 'leo',
        givenName: 'Léo',
        familyName: 'Petit',
        title: 'Head of Sales',
        department: 'Sales',
        manager: 'ana',
      }),
      desired({ id: 'zoe', givenName: 'Zoé', familyName: 'Roux', lifecycle: 'left' }),
      desired({ id: 'max', givenName: 'Max', familyName: 'Blanc' }),
      desired({ id: 'eva', givenName: 'Eva', familyName: 'Noir', email: null }),
    ],
    groups: [group('31', 'Sales', ['leo', 'max'])],
  });
}

describe('a plan on paper', () => {
  it('says who, why, and what before and after', () => {
    expect(printPlan(example())).toBe(
      `Plan for test, as of 2026-11-20T08:00:00.000Z

Create people (1)
  + Max Blanc  under contract

Update people (1)
  ~ Léo Petit  changed: title, manager
      title    Buyer → Head of Sales
      manager  none → Ana Costa

Deactivate people (1)
  - Zoé Roux  contract ended 2026-11-19, Europe/Paris
      active  true → false

Change members (1)
  ± Sales  1 join, 1 leave
      join   Max Blanc
      leave  Zoé Roux

Left out (1)
  MISSING_EMAIL → Fill in the work e-mail in Lucca or in the IdP, or map another field to it; the next run picks it up.
      Eva Noir: There is no work e-mail, which the target requires.

1 create-user, 1 update-user, 1 deactivate-user, 1 change-members (+1 −1 memberships); 2 unchanged, 1 left out, 0 held back.
Plan ${example().hash}`,
    );
  });

  it('calls a deletion a deletion', () => {
    const profile = loadProfile('generic', { deactivate: 'delete' });
    const links = noLinks();
    const before = {
      profile,
      ...links,
      users: [desired({ id: 'zoe', givenName: 'Zoé', familyName: 'Roux' })],
    };
    pretendToApply(plan(before), links, profile, fallbackCapabilities());
    const users = [desired({ id: 'zoe', givenName: 'Zoé', familyName: 'Roux', lifecycle: 'left' })];
    pretendToApply(plan({ ...before, users }), links, profile, fallbackCapabilities());
    letGo(links);
    const text = printPlan(plan({ ...before, users }));
    expect(text).toContain(
      'DELETE people: their accounts and what they hold are gone for good (1)\n  - Zoé Roux',
    );
    expect(text).not.toContain('Deactivate people');
  });

  it('counts what is as it should be, and names nobody for it', () => {
    const users = [
      desired({ id: 'old', givenName: 'Old', lifecycle: 'left' }),
      desired({ id: 'older', givenName: 'Older', lifecycle: 'left' }),
      desired({ id: 'new', givenName: 'New', lifecycle: 'upcoming' }),
    ];
    const text = printPlan(plan({ users }));
    expect(text).toContain('INACTIVE_NEVER_PROVISIONED ×2 → Nothing to do.');
    expect(text).toContain('NOT_STARTED → ');
    expect(text).not.toMatch(/Old|Older|New\b/);
  });

  it('says once what is worth knowing of many, with a few names; all of them stand in the plan', () => {
    const options = { attributes: { refused: { '*': ':|' } } };
    const groups = Array.from({ length: 8 }, (_, index) => group(String(index), `Team ${index}`, []));
    const made = plan({
      profile: loadProfile('generic', options),
      groups: [...groups, group('9', 'A|B', [])],
    });
    expect(made.notes).toHaveLength(10);
    const [, text] = printPlan(made).split('Worth knowing (10)\n');
    expect(text?.split('\n').slice(0, 3)).toEqual([
      '  CHARACTERS_REMOVED ×10 → Write it without ":" "|".',
      '      Team 0, Team 1, Team 2 and 6 more: Characters that the target refuses were taken out of externalId.',
      '      A|B: Characters that the target refuses were taken out of displayName.',
    ]);
  });

  it('says whose account is in the way', () => {
    const links = noLinks();
    const zoe = { id: 'zoe', givenName: 'Zoé', familyName: 'Roux' };
    for (const lifecycle of ['active', 'left'] as const) {
      const users = [desired({ ...zoe, lifecycle })];
      pretendToApply(plan({ ...links, users }), links, loadProfile('generic'), fallbackCapabilities());
    }
    const users = [desired({ ...zoe, lifecycle: 'left' }), desired({ id: 'max', email: 'zoe@acme.example' })];
    const made = plan({ ...links, users });
    expect(printPlan(made)).toContain('It is the account of Zoé Roux.');
    expect(made.skipped[0]?.message).not.toContain('Roux');
  });

  it('is cut to the length wanted', () => {
    const links = noLinks();
    const made = plan({ ...links, users: ['a', 'b', 'c'].map((id) => desired({ id })) });
    expect(printPlan(made, { most: 1 })).toContain('  + Ines Moreau a  under contract\n  … and 2 more\n');
  });

  it('is coloured on request', () => {
    expect(printPlan(example(), { colour: true })).toContain('\u001b[32m+ Max Blanc\u001b[39m');
    expect(printPlan(example())).not.toContain('\u001b[');
  });

  it('says so when there is nothing to do', () => {
    expect(printPlan(plan({}))).toMatch(/Nothing to do; 0 unchanged/);
  });

  it('survives JSON unchanged', () => {
    const made = example();
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });
});

describe('the hash of a plan', () => {
  it('is the same for the same plan, whenever it is made and however objects are ordered', () => {
    const users = [desired({ id: 'leo' })];
    const reversed = users.map((user) => ({
      ...user,
      resource: Object.fromEntries(Object.entries(user.resource).reverse()),
    }));
    expect(plan({ users: reversed, at: '2027-01-01T00:00:00Z' }).hash).toBe(plan({ users }).hash);
  });

  it('is another for another plan', () => {
    expect(plan({ users: [desired({ id: 'leo', title: 'A' })] }).hash).not.toBe(
      plan({ users: [desired({ id: 'leo', title: 'B' })] }).hash,
    );
  });
});

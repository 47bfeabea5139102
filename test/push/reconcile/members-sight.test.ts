import { describe, expect, it } from 'vitest';
import type { GroupLink } from '../../../src/identity/person.js';
import { noteMember } from '../../../src/push/plan/member-doubts.js';
import { judgeMembers } from '../../../src/push/reconcile/members-sight.js';
import { DEFAULT_DRIFT } from '../../../src/push/reconcile/policy.js';

const MONDAY = '2026-11-23T06:00:00.000Z';
const TUESDAY = '2026-11-24T06:00:00.000Z';

const ledger = (...members: string[]): GroupLink => ({
  state: 'linked',
  targetId: 'g',
  sent: { displayName: 'Sales' },
  at: '2026-11-20T06:00:00.000Z',
  members,
});
const look = (link: GroupLink, shown: string[], at: string, unseen: string[] = []) =>
  judgeMembers(
    link,
    { members: shown.map((value) => ({ value })) },
    { policy: DEFAULT_DRIFT, unseen: new Set(unseen), at },
  );

describe('the members that a group shows', () => {
  it('leave the ledger when they are gone, so that a plan adds them again', () => {
    const { link, drift } = look(ledger('ana', 'leo', 'zoe'), ['ana'], MONDAY);
    expect(link.members).toEqual(['ana']);
    expect(drift).toEqual([{ path: 'members', sent: 3, shown: 1, verb: 'overwrite' }]);
  });

  it('go back into the ledger when the answer that lacked them was late', () => {
    const { link: seen } = look(ledger('ana', 'leo', 'zoe'), ['ana'], MONDAY);
    // Leo is wanted, and so was added again; zoe has left meanwhile.
    const added = noteMember(
      { ...seen, members: ['ana', 'leo'] },
      { targetId: 'leo', outcome: 'added' },
      MONDAY,
    );
    const { link } = look(added, ['ana', 'leo', 'zoe'], TUESDAY);
    expect(link.members).toEqual(['ana', 'leo', 'zoe']);
  });

  it('are not added again while their account is not to be seen either', () => {
    const link = ledger('ana', 'leo');
    expect(look(link, ['ana'], MONDAY, ['leo'])).toEqual({ link, drift: [] });
  });

  it('come into the ledger when the target seemed not to take them', () => {
    const refused = noteMember(ledger('ana'), { targetId: 'leo', outcome: 'refused' }, MONDAY);
    expect(look(refused, ['ana', 'leo'], TUESDAY).link).toEqual(ledger('ana', 'leo'));
    expect(look(refused, ['ana'], TUESDAY).link).toEqual(refused);
  });

  it('go back into the ledger too when the target did not let them go before it lacked them', () => {
    const stays = noteMember(ledger('ana', 'leo'), { targetId: 'leo', outcome: 'stays' }, MONDAY);
    const { link: seen } = look(stays, ['ana'], MONDAY);
    expect(seen.members).toEqual(['ana']);
    expect(look(seen, ['ana', 'leo'], TUESDAY).link.members).toEqual(['ana', 'leo']);
  });

  it.each(['overwrite', 'ask', 'ignore'] as const)(
    'are no drift when they are gone whom the target did not let go (%s)',
    (verb) => {
      const stays = noteMember(ledger('ana', 'leo'), { targetId: 'leo', outcome: 'stays' }, MONDAY);
      const policy = { ...DEFAULT_DRIFT, verbOf: () => verb };
      const { link, drift } = judgeMembers(
        stays,
        { members: [{ value: 'ana' }] },
        { policy, unseen: new Set(), at: MONDAY },
      );
      expect({ members: link.members, drift }).toEqual({ members: ['ana'], drift: [] });
    },
  );

  it('are none of ours when we never put them there', () => {
    expect(look(ledger('ana'), ['ana', 'robot'], MONDAY)).toEqual({ link: ledger('ana'), drift: [] });
  });
});

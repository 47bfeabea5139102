import { describe, expect, it } from 'vitest';
import type { Link } from '../../../src/identity/person.js';
import type { JsonObject } from '../../../src/json.js';
import { heedAnswer } from '../../../src/push/reconcile/answer.js';
import { learnFromListing } from '../../../src/push/reconcile/listing-lore.js';
import { DEFAULT_DRIFT } from '../../../src/push/reconcile/policy.js';
import { createHolds } from '../../../src/push/shape/compare.js';
import type { Change } from '../../../src/push/shape/diff.js';
import type { EchoShape } from '../../../src/push/shape/fold.js';
import { NOW } from '../people.js';

const context = (shape: EchoShape) => ({
  policy: DEFAULT_DRIFT,
  onCreateOnly: [],
  isSayable: () => true,
  userNameCaseExact: false,
  shape,
  at: NOW,
});
const linkTo = (sent: JsonObject): Link => ({ state: 'linked', targetId: '7', sent, at: NOW });

function answer(sent: JsonObject, resource: JsonObject, changes: Change[] | null, shape: EchoShape = {}) {
  return heedAnswer(undefined, linkTo(sent), { resource, changes }, context(shape));
}

describe('the answer to a create', () => {
  it.each([
    ['in capitals', 'title', 'Buyer', 'BUYER', ['case']],
    ['without accents', 'title', 'Élève', 'Eleve', ['accents']],
    ['without spaces and dots', 'title', '+33 1.23', '33123', ['marks']],
    ['not at all', 'title', 'Buyer', undefined, ['dropped']],
    ['as it was', 'title', 'Buyer', 'Buyer', ['kept']],
    ['in other words', 'title', 'Buyer', 'Acheteur', ['reworded']],
    [
      'an address with another dot, which is another address',
      'userName',
      'leo.p@x.example',
      'leop@x.example',
      ['reworded'],
    ],
  ])('teaches that a value is shown %s', (_, path, sent, shown, kinds) => {
    expect(answer({ [path]: sent }, { id: '7', [path]: shown }, null).shape).toEqual({ [path]: kinds });
  });

  it('is nobody else’s word, not even about names', () => {
    const { heard, link } = answer({ displayName: 'Leo Petit' }, { id: '7', displayName: 'PETIT, L.' }, null);
    expect(heard).toEqual([]);
    expect(link.sent).toEqual({ displayName: 'Leo Petit' });
    expect(link.drift).toMatchObject({ displayName: { verb: 'echo', shown: 'PETIT, L.' } });
  });

  it('does not take for dropped what was shown of somebody else', () => {
    const { shape } = answer({ title: 'Buyer' }, { id: '7' }, null, { title: ['kept'] });
    expect(shape).toEqual({ title: ['kept'] });
  });
});

describe('the answer to a change', () => {
  const changes: Change[] = [{ path: 'title', before: 'Buyer', after: 'Boss' }];

  it('says what SSO has changed meanwhile', () => {
    const { heard, link } = answer(
      { userName: 'leo', title: 'Boss' },
      { id: '7', userName: 'leo.sso', title: 'Boss' },
      changes,
    );
    expect(heard).toEqual([{ path: 'userName', value: 'leo.sso' }]);
    expect(link.sent).toEqual({ userName: 'leo.sso', title: 'Boss' });
  });

  it('says nothing of other attributes: that is for a reconciliation', () => {
    const { heard, link } = answer(
      { nickName: 'a', title: 'Boss' },
      { id: '7', nickName: 'b', title: 'Boss' },
      changes,
    );
    expect(heard).toEqual([]);
    expect(link.sent).toEqual({ nickName: 'a', title: 'Boss' });
  });

  it('that still shows the value before teaches nothing', () => {
    const { shape, link } = answer({ title: 'Boss' }, { id: '7', title: 'Buyer' }, changes);
    expect(shape).toEqual({});
    expect(link.drift).toMatchObject({ title: { verb: 'sent', was: 'Buyer' } });
  });

  it('to a value of ours that is new does not continue the quarrel about the one before', () => {
    const quarrel = { verb: 'overwrite' as const, shown: true, was: false, swings: 3, at: NOW };
    const before: Link = { ...linkTo({ active: false }), drift: { active: quarrel } };
    const heed = (after: boolean) =>
      heedAnswer(
        before,
        linkTo({ active: after }),
        { resource: undefined, changes: [{ path: 'active', before: !after, after }] },
        context({}),
      ).link.drift;
    expect(heed(true)).toMatchObject({ active: { verb: 'sent', shown: true, swings: 0 } });
    expect(heed(false)).toEqual({ active: quarrel });
  });

  it('of a switch is no word about names: targets hide whom they switch off', () => {
    const off: Change[] = [{ path: 'active', before: true, after: false }];
    const { heard } = answer(
      { userName: 'leo', active: false },
      { id: '7', userName: '3f9a', active: false },
      off,
    );
    expect(heard).toEqual([]);
  });
});

describe('a listing', () => {
  const holds = createHolds({ userNameCaseExact: false });
  const pairs = (...rows: [string, string | undefined][]) =>
    rows.map(([sent, shown]) => ({
      sent: { title: sent },
      shown: shown === undefined ? {} : { title: shown },
    }));

  it('of several people alike teaches how the target writes', () => {
    const lore = learnFromListing(pairs(['Aa', 'AA'], ['Bb', 'BB'], ['Cc', 'CC']), {}, holds);
    expect(lore.shape).toEqual({ title: ['case'] });
  });

  it('of one person who differs teaches nothing', () => {
    const lore = learnFromListing(pairs(['Aa', 'AA'], ['Bb', 'Bb'], ['Cc', 'Cc']), {}, holds);
    expect(lore.shape).toEqual({});
  });

  it('that shows an attribute of nobody says nothing about it', () => {
    expect(
      learnFromListing(pairs(['Aa', undefined], ['Bb', undefined]), {}, holds).shows('title', false),
    ).toBe(false);
    expect(learnFromListing(pairs(['Aa', undefined], ['Bb', 'Bb']), {}, holds).shows('title', false)).toBe(
      true,
    );
  });
});

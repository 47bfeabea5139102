import { describe, expect, it } from 'vitest';
import type { TranslatedGroup, Translation } from '../../../src/mapping/translation.js';
import { groupRecordsOf, type LuccaGroupRecord } from '../../../src/server/bridge/lucca-groups.js';

const MONDAY = '2026-11-16T04:00:00.000Z';
const TUESDAY = '2026-11-17T04:00:00.000Z';

function reading(at: string, ...groups: [id: string, displayName: string, members: string[]][]): Translation {
  const translated = groups.map(([id, displayName, members]): TranslatedGroup => {
    const key = `department:${id}`;
    return {
      id,
      key,
      kind: 'department',
      luccaId: id,
      attributes: { displayName, externalId: key },
      members,
    };
  });
  return { at, users: [], groups: translated, issues: [] };
}

/** The records after a reading, as the store would hold them. */
function stored(translation: Translation): Map<string, LuccaGroupRecord> {
  const { changed } = groupRecordsOf(translation, new Map(), { complete: true });
  return new Map(changed.map((record) => [record.id, { ...record, version: 1 }]));
}

describe('Groups of a reading of Lucca', () => {
  it('are new records when nothing is stored', () => {
    const { changed, gone } = groupRecordsOf(reading(MONDAY, ['31', 'Buying', ['a', 'b']]), new Map(), {
      complete: true,
    });
    expect(gone).toEqual([]);
    expect(changed).toEqual([
      {
        id: '31',
        version: 0,
        key: 'department:31',
        kind: 'department',
        attributes: { displayName: 'Buying', externalId: 'department:31' },
        members: ['a', 'b'],
        createdAt: MONDAY,
        updatedAt: MONDAY,
      },
    ]);
  });

  it('need no write when they are as before', () => {
    const before = reading(MONDAY, ['31', 'Buying', ['a']], ['32', 'Design', []]);
    const again = { ...before, at: TUESDAY };
    expect(groupRecordsOf(again, stored(before), { complete: true })).toEqual({ changed: [], gone: [] });
  });

  it('are written when their name or members changed, and keep their age', () => {
    const before = stored(
      reading(MONDAY, ['31', 'Buying', ['a']], ['32', 'Design', ['b']], ['33', 'Sales', []]),
    );
    const after = reading(TUESDAY, ['31', 'Purchasing', ['a']], ['32', 'Design', ['c']], ['33', 'Sales', []]);
    const { changed } = groupRecordsOf(after, before, { complete: true });
    expect(changed).toMatchObject([
      {
        id: '31',
        version: 1,
        attributes: { displayName: 'Purchasing' },
        createdAt: MONDAY,
        updatedAt: TUESDAY,
      },
      { id: '32', version: 1, members: ['c'], createdAt: MONDAY, updatedAt: TUESDAY },
    ]);
  });

  it('are gone when a complete reading does not show them', () => {
    const before = stored(reading(MONDAY, ['31', 'Buying', []], ['32', 'Design', []]));
    const after = reading(TUESDAY, ['32', 'Design', []]);
    expect(groupRecordsOf(after, before, { complete: true }).gone).toEqual(['31']);
  });

  it('lose neither themselves nor members to a reading that is not complete', () => {
    const before = stored(reading(MONDAY, ['31', 'Buying', []], ['32', 'Design', ['a', 'b']]));
    const after = reading(TUESDAY, ['32', 'Design', ['c', 'b']]);
    const { changed, gone } = groupRecordsOf(after, before, { complete: false });
    expect(gone).toEqual([]);
    expect(changed).toMatchObject([{ id: '32', members: ['a', 'b', 'c'] }]);
  });
});

import { describe, expect, it } from 'vitest';
import { type FieldCounts, findLostFields, lostFieldIssue } from '../../src/sync/lost-fields.js';

describe('a field that vanishes from one reading to the next', () => {
  it.each<[string, FieldCounts, FieldCounts, string[]]>([
    ['is a lost right when nobody carries it any more', { manager: 40 }, { manager: 0 }, ['manager']],
    ['is one when nearly nobody does', { manager: 40 }, { manager: 4 }, ['manager']],
    ['is none while more than a tenth is left', { manager: 40 }, { manager: 5 }, []],
    ['is none for a handful of people, who may really have lost it', { phone: 4 }, { phone: 0 }, []],
    ['is one when the new reading does not count it at all', { culture: 10 }, {}, ['culture']],
    ['is none when it grows', { phone: 10 }, { phone: 20 }, []],
    ['is told apart from the others', { phone: 10, culture: 10 }, { phone: 10, culture: 0 }, ['culture']],
  ])('%s', (_, before, now, lost) => {
    expect(findLostFields(before, now)).toEqual(lost);
  });

  it('is unknown before the first reading', () => {
    expect(findLostFields({}, { manager: 3 })).toEqual([]);
  });

  it('is reported by the name under which lucca.emptied takes it', () => {
    expect(lostFieldIssue('job title')).toMatchObject({
      code: 'LUCCA_RIGHT_LOST',
      message: expect.stringContaining('"job title"'),
      remedy: expect.stringContaining('lucca.emptied'),
    });
  });
});

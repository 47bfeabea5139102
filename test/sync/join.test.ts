import { describe, expect, it } from 'vitest';
import type { PersonRecord } from '../../src/identity/person.js';
import type { JsonObject } from '../../src/json.js';
import type { Contract } from '../../src/lucca/directory.js';
import type { Lifecycle, TranslatedUser } from '../../src/mapping/translation.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { type JoinInput, joinPeople } from '../../src/sync/join.js';

const MONDAY = '2026-11-16T08:00:00.000Z';
const TUESDAY = '2026-11-17T08:00:00.000Z';

/** Somebody as one reading shows them. */
interface Seen {
  id: string;
  attributes?: JsonObject;
  state?: Lifecycle['state'];
  start?: string;
  end?: string | null;
  managerId?: string;
}

/** One reading after the other, each joined with what the ones before left in the store. */
class Readings {
  readonly stored = new Map<string, PersonRecord>();

  join(at: string, seen: readonly Seen[], over: Partial<JoinInput> = {}) {
    const byLuccaId = new Map(seen.map((one) => [one.id, one]));
    const joined = joinPeople({
      at,
      users: seen.map(userOf),
      shown: (luccaId) => {
        const one = byLuccaId.get(luccaId);
        return one && { contract: contractOf(one), managerId: one.managerId ?? null };
      },
      isOver: (_, day) => day < at.slice(0, 10),
      known: (luccaId) => (this.stored.has(`p-${luccaId}`) ? `p-${luccaId}` : undefined),
      stored: (id) => this.stored.get(id),
      all: this.stored.values(),
      shownAtAll: new Set(seen.map(({ id }) => `p-${id}`)),
      complete: true,
      keepAbsent: false,
      ...over,
    });
    for (const person of joined.changed) this.stored.set(person.id, person);
    return joined;
  }

  said(id: string): JsonObject | undefined {
    return this.stored.get(`p-${id}`)?.assertions.lucca?.attributes;
  }

  missingSince(id: string): string | null | undefined {
    return this.stored.get(`p-${id}`)?.lucca?.missingSince;
  }
}

function userOf({ id, attributes = { title: 'Buyer' }, state = 'active' }: Seen): TranslatedUser {
  const lifecycle: Lifecycle = { state, reason: state, startsAt: null, endsAt: null };
  return { luccaId: id, id: `p-${id}`, attributes, lifecycle };
}

function contractOf({ start = '2020-01-01', end = null }: Seen): Contract {
  return { id: '1', start, end, typeId: null, typeName: null, term: null };
}

function reportsTo(id: string): JsonObject {
  return { [ENTERPRISE_USER]: { manager: { value: `p-${id}` } } };
}

describe('people in the store, joined with a reading', () => {
  it('are made from the first reading, and not written again by the same one', () => {
    const readings = new Readings();
    expect(readings.join(MONDAY, [{ id: '1' }, { id: '2' }]).changed).toHaveLength(2);
    expect(readings.join(TUESDAY, [{ id: '1' }, { id: '2' }]).changed).toEqual([]);
  });

  it('keep the day on which the bridge first met them when Lucca says something else', () => {
    const readings = new Readings();
    readings.join(MONDAY, [{ id: '1' }]);
    const { changed } = readings.join(TUESDAY, [{ id: '1', attributes: { title: 'Head' } }]);
    expect(changed).toMatchObject([{ id: 'p-1', createdAt: MONDAY }]);
    expect(readings.said('1')).toEqual({ title: 'Head' });
  });

  describe('whom the reading does not show', () => {
    it('are missing since the first complete reading without them, and not any more once they are back', () => {
      const readings = new Readings();
      readings.join(MONDAY, [{ id: '1' }, { id: '2' }]);
      expect([...readings.join(TUESDAY, [{ id: '1' }]).missing]).toEqual(['p-2']);
      expect(readings.missingSince('2')).toBe(TUESDAY);
      readings.join('2026-11-18T08:00:00.000Z', [{ id: '1' }]);
      expect(readings.missingSince('2')).toBe(TUESDAY);
      expect(readings.join('2026-11-19T08:00:00.000Z', [{ id: '1' }, { id: '2' }]).missing.size).toBe(0);
      expect(readings.missingSince('2')).toBeNull();
    });

    it('are not counted as missing by a reading that did not prove complete, but are not there either', () => {
      const readings = new Readings();
      readings.join(MONDAY, [{ id: '1' }, { id: '2' }]);
      const { missing, changed } = readings.join(TUESDAY, [{ id: '1' }], { complete: false });
      expect([...missing]).toEqual(['p-2']);
      expect(changed).toEqual([]);
    });

    it('are not missing when Lucca did show them, in a record that could not be used', () => {
      const readings = new Readings();
      readings.join(MONDAY, [{ id: '1' }, { id: '2' }]);
      readings.join(TUESDAY, [{ id: '1' }]);
      const shownAtAll = new Set(['p-1', 'p-2']);
      const { missing } = readings.join('2026-11-18T08:00:00.000Z', [{ id: '1' }], { shownAtAll });
      expect(missing.size).toBe(0);
      expect(readings.missingSince('2')).toBeNull();
    });
  });

  describe('in the gap before a rehire', () => {
    const ending: Seen = { id: '1', start: '2020-01-01', end: '2026-11-16' };
    const upcoming: Seen = { id: '1', start: '2027-02-01', state: 'upcoming' };

    it('are known to have left when an earlier contract was seen to end, as long as the gap lasts', () => {
      const readings = new Readings();
      readings.join(MONDAY, [ending]);
      const because = 'contract ended 2026-11-16, the next one starts 2027-02-01';
      expect(readings.join(TUESDAY, [upcoming]).people[0]?.endedBefore).toBe(because);
      expect(readings.join('2027-01-05T08:00:00.000Z', [upcoming]).people[0]?.endedBefore).toBe(because);
      const back = { ...upcoming, state: 'active' as const };
      expect(readings.join('2027-02-01T08:00:00.000Z', [back]).people[0]?.endedBefore).toBeUndefined();
    });

    it('have not left while their last day is not over', () => {
      const readings = new Readings();
      readings.join(MONDAY, [ending]);
      expect(readings.join(MONDAY, [upcoming]).people[0]?.endedBefore).toBeUndefined();
    });

    it.each([
      ['a start date that moved into the future', { id: '1', start: '2026-11-01', end: null }],
      ['a contract that overlaps the next one', { id: '1', start: '2020-01-01', end: '2027-03-01' }],
    ])('are not taken to have left for %s', (_, before) => {
      const readings = new Readings();
      readings.join(MONDAY, [before]);
      expect(readings.join(TUESDAY, [upcoming]).people[0]?.endedBefore).toBeUndefined();
    });

    it('are nobody special when the bridge never saw the earlier contract', () => {
      expect(new Readings().join(MONDAY, [upcoming]).people[0]?.endedBefore).toBeUndefined();
    });
  });

  describe('with a manager', () => {
    const boss: Seen = { id: '9', attributes: { title: 'Boss' } };
    const report: Seen = { id: '1', attributes: reportsTo('9'), managerId: '9' };
    const unresolved: Seen = { id: '1', attributes: { title: 'Buyer' }, managerId: '9' };

    it('keep one who is still named but whose record the reading did not show', () => {
      const readings = new Readings();
      readings.join(MONDAY, [boss, report]);
      readings.join(TUESDAY, [unresolved]);
      expect(readings.said('1')).toEqual({ title: 'Buyer', ...reportsTo('9') });
    });

    it('lose one who is shown and no longer resolved, such as a leaver', () => {
      const readings = new Readings();
      readings.join(MONDAY, [boss, report]);
      readings.join(TUESDAY, [boss, unresolved]);
      expect(readings.said('1')).toEqual({ title: 'Buyer' });
    });

    it('lose one who is not named any more', () => {
      const readings = new Readings();
      readings.join(MONDAY, [boss, report]);
      readings.join(TUESDAY, [{ id: '1', attributes: { title: 'Buyer' } }]);
      expect(readings.said('1')).toEqual({ title: 'Buyer' });
    });
  });

  it('keep what a reading that cannot be trusted does not show, and take what it does', () => {
    const readings = new Readings();
    const full = { title: 'Buyer', [ENTERPRISE_USER]: { department: 'Sales', costCenter: '1200' } };
    readings.join(MONDAY, [{ id: '1', attributes: full }]);
    const partial = { locale: 'fr-FR', [ENTERPRISE_USER]: { department: 'Europe' } };
    readings.join(TUESDAY, [{ id: '1', attributes: partial }], { keepAbsent: true });
    expect(readings.said('1')).toEqual({
      title: 'Buyer',
      locale: 'fr-FR',
      [ENTERPRISE_USER]: { department: 'Europe', costCenter: '1200' },
    });
    readings.join('2026-11-18T08:00:00.000Z', [{ id: '1', attributes: partial }]);
    expect(readings.said('1')).toEqual(partial);
  });
});

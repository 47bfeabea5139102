import { describe, expect, it } from 'vitest';
import { deleteAssertion, newPerson, putAssertion } from '../../src/identity/assertion.js';
import { linkSource, mergePeople, unlinkSource } from '../../src/identity/links.js';
import { indexPeople } from '../../src/identity/match.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { matchIdp } from './match-idp.js';

const AT = '2026-01-01T08:00:00Z';
const say = (person: PersonRecord, source: string, sourceId: string, userName = sourceId): PersonRecord =>
  putAssertion(person, source, { sourceId, attributes: { userName } }, AT);

const fromLucca = say(newPerson('p1', AT), 'lucca', '7', 'ines');
const fromOkta = say(newPerson('p2', AT), 'idp:okta', '00u1', 'agnes');
const claim = { source: 'idp:okta', sourceId: '00u1', attributes: { userName: 'ines' } };

describe('linking', () => {
  it('a linked resource is found by its own id from then on', () => {
    const linked = linkSource(fromLucca, 'idp:okta', '00u1', AT);
    expect(matchIdp(claim, indexPeople([linked]))).toMatchObject({ kind: 'match', by: 'externalId' });
  });

  it('linking what is linked already changes nothing', () => {
    const linked = linkSource(fromLucca, 'idp:okta', '00u1', AT);
    expect(linkSource(linked, 'idp:okta', '00u1', AT)).toEqual(linked);
  });

  it('a second resource of the same source is refused', () => {
    const linked = linkSource(fromLucca, 'idp:okta', '00u1', AT);
    expect(() => linkSource(linked, 'idp:okta', '00u2', AT)).toThrow(
      expect.objectContaining({ code: 'LINK_TAKEN' }),
    );
  });

  it('a resource that the source deleted makes room for another', () => {
    const gone = deleteAssertion(say(fromLucca, 'idp:okta', '00u1'), 'idp:okta', AT);
    expect(linkSource(gone, 'idp:okta', '00u2', AT).assertions['idp:okta']?.sourceId).toBe('00u2');
  });
});

describe('unlinking', () => {
  it('takes away what the source said, and matching never brings it back', () => {
    const unlinked = unlinkSource(say(fromLucca, 'idp:okta', '00u1', 'ines'), 'idp:okta', AT);
    expect(Object.keys(unlinked.assertions)).toEqual(['lucca']);
    expect(matchIdp(claim, indexPeople([unlinked]))).toEqual({ kind: 'none' });
  });

  it('of a resource without an id of its own keeps every resource of its source apart', () => {
    const nameless = putAssertion(
      fromLucca,
      'idp:okta',
      { sourceId: null, attributes: { userName: 'ines' } },
      AT,
    );
    const unlinked = unlinkSource(nameless, 'idp:okta', AT);
    expect(matchIdp({ ...claim, sourceId: null }, indexPeople([unlinked]))).toEqual({ kind: 'none' });
    expect(matchIdp(claim, indexPeople([unlinked]))).toEqual({ kind: 'none' });
    expect(linkSource(unlinked, 'idp:okta', '00u1', AT).strangers).toBeUndefined();
  });

  it('can be undone by linking', () => {
    const unlinked = unlinkSource(say(fromLucca, 'idp:okta', '00u1', 'ines'), 'idp:okta', AT);
    const again = linkSource(unlinked, 'idp:okta', '00u1', AT);
    expect(again.strangers).toBeUndefined();
    expect(matchIdp(claim, indexPeople([again]))).toMatchObject({ kind: 'match' });
  });

  it('of a source that never spoke changes nothing', () => {
    expect(unlinkSource(fromLucca, 'idp:okta', AT)).toBe(fromLucca);
  });
});

describe('merging two records of one person', () => {
  it('keeps apart whom either was told apart from, but for those who speak of the other', () => {
    const apart = { ...fromOkta, strangers: ['lucca 7', 'idp:entra e1'] };
    expect(mergePeople(apart, { ...fromLucca, strangers: ['idp:okta 00u1'] }, AT).strangers).toEqual([
      'idp:entra e1',
    ]);
  });

  it('keeps what all sources say, and the former id as an alias', () => {
    const merged = mergePeople(fromOkta, fromLucca, AT);
    expect(merged.id).toBe('p1');
    expect(Object.keys(merged.assertions).sort()).toEqual(['idp:okta', 'lucca']);
    expect(merged.aliases).toEqual(['p2']);
  });

  it('is refused when one source speaks about both', () => {
    const other = say(fromLucca, 'idp:okta', '00u9');
    expect(() => mergePeople(fromOkta, other, AT)).toThrow(expect.objectContaining({ code: 'LINK_TAKEN' }));
  });
});

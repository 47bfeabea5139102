import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { redact, redactQuery } from '../../../src/push/client/redact.js';

const TRAVELPERK = 'urn:ietf:params:scim:schemas:extension:travelperk:2.0:User';

/** What is personal in it: every text below, but for what stands in `KNOWN`. */
const LEO: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', TRAVELPERK],
  id: '2819c223',
  externalId: '4711',
  userName: 'leo.petit@acme.example',
  name: { givenName: 'Léo', familyName: 'Petit de l"Isle', formatted: 'Léo Petit' },
  phoneNumbers: [{ type: 'work', primary: true, value: '+33 6 12 34 56 78' }],
  active: true,
  meta: { resourceType: 'User', location: '/Users/2819c223', created: '2026-01-01T00:00:00Z' },
  [TRAVELPERK]: {
    gender: 'Man',
    dateOfBirth: '1990-02-28',
    emergencyContact: { name: 'Zoé Durand-Petit', phone: '+33698765432' },
    shoeSize: 43117,
  },
};
const PERSONAL = ['leo', 'Léo', 'Petit', 'Isle', '33', 'Man', '1990', 'Zoé', 'Durand', '43117', '98765'];
const NOBODY = { body: undefined };

function tracesIn(text: string): string[] {
  return PERSONAL.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()));
}

const show = (body: JsonObject) => redact(JSON.stringify(body), { body }, 10_000);

describe('of a body that is logged', () => {
  it('structure, ids, types and flags are left, and nothing of the person in any container', () => {
    const shown = show(LEO);
    expect(tracesIn(shown)).toEqual([]);
    expect(JSON.parse(shown)).toMatchObject({
      schemas: LEO.schemas,
      id: '2819c223',
      externalId: '4711',
      name: { givenName: '[…]' },
      phoneNumbers: [{ type: 'work', primary: true, value: '[…]' }],
      active: true,
      meta: LEO.meta,
      [TRAVELPERK]: { dateOfBirth: '[…]', emergencyContact: { phone: '[…]' }, shoeSize: '[…]' },
    });
  });

  it('operations and paths of a PATCH are left, without values and what a path compares with', () => {
    const Operations = [
      { op: 'replace', path: 'name.familyName', value: 'Petit' },
      { op: 'replace', path: 'active', value: false },
      { op: 'remove', path: 'emails[value eq "leo@acme.example" and type eq "work"].display' },
      { op: 'replace', value: { active: true, [`${TRAVELPERK}:gender`]: 'Man' } },
    ];
    expect(JSON.parse(show({ Operations }))).toEqual({
      Operations: [
        { op: 'replace', path: 'name.familyName', value: '[…]' },
        { op: 'replace', path: 'active', value: false },
        { op: 'remove', path: 'emails[value eq "[…]" and type eq "[…]"].display' },
        { op: 'replace', value: { active: true, [`${TRAVELPERK}:gender`]: '[…]' } },
      ],
    });
  });

  it('methods, bulkIds and codes of a Bulk are left', () => {
    const body = {
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'op0', status: '201', data: LEO }],
    };
    const shown = show(body);
    expect(tracesIn(shown)).toEqual([]);
    expect(JSON.parse(shown)).toMatchObject({
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'op0', status: '201', data: { id: '2819c223' } },
      ],
    });
  });

  it('a harmless name shows nothing that has not the form of its kind', () => {
    const shown = show({ custom: { status: 'married', code: 'leo', type: 'Petit', id: 'leo petit' } });
    expect(tracesIn(shown)).toEqual([]);
  });

  it('a list, a word or an answer cut off at any place shows nothing personal', () => {
    expect(redact('["Léo Petit", 4711]', NOBODY)).toBe('["[…]", "[…]"]');
    const text = JSON.stringify({ Resources: [LEO] });
    for (let end = 1; end < text.length; end += 1) {
      expect(tracesIn(redact(text.slice(0, end), NOBODY, 10_000))).toEqual([]);
    }
  });
});

describe('of what a target says', () => {
  it('values that were sent are taken out, from any container, value or filter', () => {
    const say = (words: string, body: JsonObject) => redact(words, { body });
    expect(say('phone +33698765432 of ZOÉ DURAND-PETIT, born 1990-02-28', LEO)).toBe(
      'phone […] of […], born […]',
    );
    const patch = { Operations: [{ op: 'add', path: 'emails[value eq "x.y"].display', value: 'Léo' }] };
    expect(say('no x.y for léo', patch)).toBe('no […] for […]');
    const query = { filter: 'userName eq "lpetit" or externalId eq "E 77"' };
    expect(redact('unknown: lpetit, E 77', { query })).toBe('unknown: […], […]');
  });

  it('ids and names of the company stay, since they say what to mend', () => {
    const body = {
      id: '2819c223',
      title: 'Buyer',
      [TRAVELPERK]: { costCenter: 'CC-1', travelPolicy: 'Gold' },
    };
    const words = '2819c223: Buyer has CC-1, and Gold is unknown';
    expect(redact(words, { body })).toBe(words);
  });

  it('members of JSON between other words are blanked', () => {
    expect(redact('Invalid input {"nickName": "Bo", "status": 400, "born": 1990}', NOBODY)).toBe(
      'Invalid input {"nickName":"[…]", "status": 400, "born":"[…]"}',
    );
  });

  it('is bounded, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(redact(text, { body: LEO }, 100).length).toBeLessThanOrEqual(101);
        expect(redact(`{"${text}`, { body: LEO }, 100).length).toBeLessThanOrEqual(101);
      }),
    );
  });

  it.each(['"', '\\"', '{"', '"a":', '[{', 'a@', '+33', '\\', '"a\\'])('takes no end of %s', (piece) => {
    const body = { Operations: Array.from({ length: 3_000 }, (_, at) => ({ value: `+33 6 ${at}` })) };
    const text = piece.repeat(50_000);
    for (const start of ['', '{"a":"', '["']) expect(redact(start + text, { body }).length).toBeLessThan(400);
    expect(redact('x', { query: { filter: text } })).toBe('x');
  });
});

it('a query is shown without what its filter compares with', () => {
  expect(redactQuery({ filter: 'userName eq "leo\\"petit" and id eq "7', count: 2 })).toBe(
    'filter=userName eq "[…]" and id eq "[…]"&count=2',
  );
});

import { describe, expect, it } from 'vitest';
import { newPerson, putAssertion } from '../../src/identity/assertion.js';
import { fightOver, findFights, noteWord } from '../../src/identity/fights.js';
import type { PersonRecord } from '../../src/identity/person.js';
import type { JsonObject } from '../../src/json.js';

const START = Date.parse('2026-01-01T08:00:00Z');
const DAY = 24 * 3_600_000;

interface Said {
  source: string;
  attributes: JsonObject;
  /** Days after the start; one after the other when left out. */
  day?: number;
}

function hear(words: readonly Said[]): PersonRecord {
  const born = putAssertion(
    newPerson('p1', new Date(START).toISOString()),
    'lucca',
    { sourceId: '7', attributes: { title: 'Buyer' } },
    new Date(START).toISOString(),
  );
  return words.reduce((person, { source, attributes, day }, index) => {
    const at = new Date(START + (day ?? index / 24) * DAY).toISOString();
    const next = putAssertion(person, source, { sourceId: source, attributes }, at);
    return noteWord(person, next, { source, attributes, at });
  }, born);
}

const inTurns = (count: number, said: readonly Said[]): Said[] =>
  Array.from({ length: count }, (_, at) => said[at % said.length] as Said);

const OKTA = { source: 'idp:okta', attributes: { title: 'Head', userName: 'ines' } };
const ENTRA = { source: 'idp:entra', attributes: { title: 'Chief', userName: 'ines' } };

describe('two writers who say different things in turns', () => {
  it('fight once a value went back and forth more than three times', () => {
    expect(findFights(hear(inTurns(5, [OKTA, ENTRA])))).toEqual([]);
    expect(findFights(hear(inTurns(6, [OKTA, ENTRA])))).toEqual([fightOver('title', 'p1')]);
  });

  it('are noted no further once they fight', () => {
    const fighting = hear(inTurns(6, [OKTA, ENTRA]));
    const at = new Date(START + DAY).toISOString();
    for (const word of [OKTA, ENTRA]) expect(noteWord(fighting, fighting, { ...word, at })).toBe(fighting);
  });

  it('may be a target and an IdP', () => {
    const target = { source: 'target:travel', attributes: { title: 'Chief' } };
    expect(findFights(hear(inTurns(6, [OKTA, target])))).toEqual([fightOver('title', 'p1')]);
  });

  it('may be two who write in one name', () => {
    const other = { ...OKTA, attributes: { title: 'Chief', userName: 'ines' } };
    expect(findFights(hear(inTurns(6, [OKTA, other])))).toEqual([fightOver('title', 'p1')]);
  });

  it('do not fight when weeks lie between their words', () => {
    const words = inTurns(12, [OKTA, ENTRA]).map((word, index) => ({ ...word, day: index * 31 }));
    expect(findFights(hear(words))).toEqual([]);
  });
});

describe('a writer who', () => {
  it.each<[string, Said[]]>([
    ['repeats itself while another said something else once', [ENTRA, ...inTurns(9, [OKTA])]],
    [
      'says something new each time',
      inTurns(9, [OKTA]).map((word, n) => ({ ...word, attributes: { title: `${n}` } })),
    ],
    [
      'contradicts Lucca only',
      inTurns(9, [OKTA, { ...OKTA, source: 'lucca', attributes: { title: 'Buyer' } }]),
    ],
    [
      'changes the values of a list',
      inTurns(9, [
        { ...OKTA, attributes: { roles: [{ value: 'a' }] } },
        { ...OKTA, attributes: { roles: [{ value: 'b' }] } },
      ]),
    ],
  ])('%s fights with nobody', (_, words) => {
    expect(findFights(hear(words))).toEqual([]);
  });

  it('says what everybody says leaves no note', () => {
    expect(hear(inTurns(6, [OKTA, { ...OKTA, source: 'idp:entra' }])).quarrels).toBeUndefined();
  });
});

it('Notes hold digests, no values', () => {
  const { quarrels } = hear(inTurns(3, [OKTA, ENTRA]));
  expect(Object.keys(quarrels ?? {})).toEqual(['title']);
  expect(JSON.stringify(quarrels)).not.toMatch(/Head|Chief/);
});

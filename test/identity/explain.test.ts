import { describe, expect, it } from 'vitest';
import { newPerson, overrideValues, putAssertion } from '../../src/identity/assertion.js';
import { disagreements, explainUser, printProvenance } from '../../src/identity/explain.js';
import { compileRules } from '../../src/identity/rules.js';
import { silentSince } from '../../src/identity/silence.js';

const rules = compileRules();
const NOW = '2026-02-01T00:00:00Z';

function ines() {
  const lucca = { userName: 'ines', title: 'Buyer', locale: 'fr-FR' };
  const okta = { userName: 'agnes', title: 'Buyer' };
  const person = putAssertion(
    newPerson('p1', NOW),
    'lucca',
    { sourceId: '7', attributes: lucca },
    '2026-01-01',
  );
  return putAssertion(person, 'idp:okta', { sourceId: '00u1', attributes: okta }, '2026-01-02');
}

describe('an explanation', () => {
  it('reads as a sentence per value, with what others say instead', () => {
    const [userName = [], title = [], locale = []] = explainUser(ines(), rules, NOW).map(printProvenance);
    expect(userName).toEqual([
      'userName = "agnes": idp:okta since 2026-01-02 (userName: idp:*, target:*, lucca)',
      '  lucca says "ines" since 2026-01-01',
    ]);
    expect(title).toEqual(['title = "Buyer": lucca since 2026-01-01 (*: lucca, idp:*)']);
    expect(locale).toEqual(['locale = "fr-FR": lucca since 2026-01-01 (*: lucca, idp:*)']);
  });

  it('names the author and the end of a manual value, and a source that fell silent', () => {
    const override = { author: 'ada', expiresAt: '2026-03-01T00:00:00Z' };
    const person = overrideValues(ines(), { title: 'Head' }, override, '2026-01-03');
    const lines = explainUser(person, rules, NOW, new Map([['idp:okta', '2026-01-02']])).flatMap(
      printProvenance,
    );
    expect(lines).toContain(
      'title = "Head": manual since 2026-01-03, set by ada until 2026-03-01T00:00:00Z (*: lucca, idp:*)',
    );
    expect(lines).toContain(
      'userName = "agnes": idp:okta since 2026-01-02, nothing heard from it since 2026-01-02 (userName: idp:*, target:*, lucca)',
    );
  });

  it('says so when no source that counts speaks', () => {
    const person = putAssertion(
      newPerson('p1', NOW),
      'target:slack',
      { sourceId: null, attributes: { title: 'Chief' } },
      '2026-01-01',
    );
    expect(explainUser(person, rules, NOW).flatMap(printProvenance)).toEqual([
      'title = (nothing): no source that the rule names (*: lucca, idp:*)',
      '  target:slack says "Chief" since 2026-01-01',
    ]);
  });

  it('shows where the sources disagree', () => {
    expect(disagreements(explainUser(ines(), rules, NOW)).map(({ path }) => path)).toEqual(['userName']);
  });
});

describe('an IdP counts as silent', () => {
  const connected = { lastHeardAt: '2026-01-18T00:00:00Z', disconnectedAt: null };

  it('after the configured days without a word, since its last word', () => {
    expect(silentSince(connected, '2026-01-31T23:59:59Z', 14)).toBeNull();
    expect(silentSince(connected, '2026-02-01T00:00:00Z', 14)).toBe('2026-01-18T00:00:00Z');
  });

  it('at once when it was disconnected, since then', () => {
    const gone = { ...connected, disconnectedAt: '2026-01-19T00:00:00Z' };
    expect(silentSince(gone, '2026-01-19T00:00:01Z', 14)).toBe('2026-01-19T00:00:00Z');
  });

  it('not before it ever spoke', () => {
    expect(silentSince({ lastHeardAt: null, disconnectedAt: null }, NOW, 14)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import type { DriftNote, Link } from '../../../src/identity/person.js';
import type { JsonObject } from '../../../src/json.js';
import { leftAlone } from '../../../src/push/reconcile/notes.js';
import { compileDrift, type DriftVerb, SSO_ATTRIBUTES } from '../../../src/push/reconcile/policy.js';
import { type Drift, type Eyes, type Heard, judgeSight } from '../../../src/push/reconcile/sight.js';
import { createHolds } from '../../../src/push/shape/compare.js';
import type { EchoShape } from '../../../src/push/shape/fold.js';
import { readCases } from '../../cases.js';
import { NOW } from '../people.js';

interface Case {
  it: string;
  sent: JsonObject;
  shown: JsonObject;
  keeps?: boolean;
  sso?: boolean;
  verbs?: Record<string, DriftVerb>;
  onCreateOnly?: string[];
  learned?: EchoShape;
  notes?: Record<string, DriftNote>;
  drift: Drift[];
  heard?: Heard[];
  /** What the link says of the target afterwards; as sent when left out. */
  known?: JsonObject;
  leftAlone?: string[];
}

function eyesFor(one: Case): Eyes {
  return {
    same: createHolds({ userNameCaseExact: false, learned: one.learned }),
    policy: compileDrift({ drift: one.verbs ?? {}, ssoWins: one.sso ?? true, ssoOwns: SSO_ATTRIBUTES }),
    onCreateOnly: one.onCreateOnly ?? [],
    shows: () => one.keeps ?? true,
    rewords: (path) => one.learned?.[path]?.includes('reworded') ?? false,
    isSayable: () => true,
    at: NOW,
  };
}

describe('what a target shows', () => {
  it.each(readCases<Case[]>('push/drift.yaml'))('$it', (one) => {
    const link: Link = { state: 'linked', targetId: '7', sent: one.sent, at: NOW };
    if (one.notes !== undefined) link.drift = one.notes;
    const sight = judgeSight(link, one.shown, eyesFor(one));
    expect(sight.drift).toEqual(one.drift);
    expect(sight.heard).toEqual(one.heard ?? []);
    expect(sight.link.sent).toEqual(one.known ?? one.sent);
    if (one.leftAlone !== undefined) expect(leftAlone(sight.link)).toEqual(one.leftAlone);
  });

  it("a name on which somebody was parked by a run that was interrupted is nobody else's word", () => {
    const link: Link = { state: 'linked', targetId: '7', sent: { userName: 'leo@acme.example' }, at: NOW };
    const shown = { userName: 'moving0123456789ab@acme.example' };
    const { heard, drift } = judgeSight(link, shown, eyesFor({ it: '', sent: {}, shown: {}, drift: [] }));
    expect(heard).toEqual([]);
    expect(drift).toMatchObject([{ verb: 'overwrite' }]);
  });

  it('leaves the link as it is when there is nothing to remember', () => {
    const link: Link = { state: 'linked', targetId: '7', sent: { userName: 'leo' }, at: NOW };
    const eyes = eyesFor({ it: '', sent: {}, shown: {}, drift: [] });
    expect(judgeSight(link, { userName: 'leo' }, eyes).link).toBe(link);
  });
});

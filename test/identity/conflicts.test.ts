import { describe, expect, it } from 'vitest';
import {
  type Conflict,
  dismissConflict,
  type Finding,
  fileConflict,
  linkConflict,
  retireConflict,
} from '../../src/identity/conflicts.js';
import { SharedKeys } from '../../src/identity/shared-keys.js';

const [DAY1, DAY2, DAY3] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'] as const;

function findSharedKeys(users: Parameters<SharedKeys['add']>[0][]): Finding[] {
  const shared = new SharedKeys();
  for (const user of users) shared.add(user);
  return shared.findings();
}

const finding: Finding = {
  kind: 'ambiguous-match',
  source: 'idp:okta',
  sourceId: '00u1',
  on: 'userName',
  people: ['p2', 'p1'],
};
const opened = (): Conflict => fileConflict(finding, undefined, DAY1);

describe('the conflict queue', () => {
  it('takes a finding up once, and nothing changes when it is found again', () => {
    const conflict = opened();
    expect(conflict).toMatchObject({ state: 'open', people: ['p1', 'p2'], openedAt: DAY1, version: 0 });
    expect(fileConflict({ ...finding, people: ['p1', 'p2'] }, conflict, DAY2)).toBe(conflict);
  });

  it('an open conflict that concerns others by now keeps its day', () => {
    const wider = fileConflict({ ...finding, people: ['p1', 'p2', 'p3'] }, opened(), DAY2);
    expect(wider).toMatchObject({ state: 'open', people: ['p1', 'p2', 'p3'], openedAt: DAY1 });
  });

  it('stays closed when it was dismissed, until it concerns others', () => {
    const dismissed = dismissConflict(opened(), 'ada', DAY2);
    expect(dismissed).toMatchObject({
      state: 'dismissed',
      resolution: { by: 'ada', at: DAY2, person: null },
    });
    expect(fileConflict(finding, dismissed, DAY3)).toBe(dismissed);
    const others = fileConflict({ ...finding, people: ['p1', 'p9'] }, dismissed, DAY3);
    expect(others).toMatchObject({ state: 'open', openedAt: DAY3, resolution: null });
  });

  it('is linked to one of the people concerned, and to nobody else', () => {
    expect(linkConflict(opened(), 'p2', 'ada', DAY2)).toMatchObject({
      state: 'linked',
      resolution: { person: 'p2' },
    });
    expect(() => linkConflict(opened(), 'p9', 'ada', DAY2)).toThrow(
      expect.objectContaining({ code: 'CONFLICT_OTHER_PERSON' }),
    );
  });

  it('is decided once', () => {
    const linked = linkConflict(opened(), 'p2', 'ada', DAY2);
    expect(() => dismissConflict(linked, 'bob', DAY3)).toThrow(
      expect.objectContaining({ code: 'CONFLICT_CLOSED' }),
    );
  });

  it('goes by itself when it is no longer found, and opens again when it is', () => {
    const gone = retireConflict(opened(), DAY2);
    expect(gone).toMatchObject({ state: 'gone' });
    expect(fileConflict(finding, gone, DAY3)).toMatchObject({ state: 'open', openedAt: DAY3 });
    const dismissed = dismissConflict(opened(), 'ada', DAY2);
    expect(retireConflict(dismissed, DAY3)).toBe(dismissed);
  });
});

describe('people who share a key', () => {
  const user = (id: string, userName: string, email: string) => ({
    id,
    attributes: { userName, emails: [{ value: email, type: 'work' }] },
  });

  it('are found in whatever spelling, once per group', () => {
    const users = [
      user('p1', 'a', 'shop@acme.example'),
      user('p2', 'b', 'SHOP@acme.example'),
      user('p3', 'B', 'b@acme.example'),
      user('p4', 'd', 'd@acme.example'),
    ];
    expect(findSharedKeys(users)).toMatchObject([
      { on: 'userName', people: ['p2', 'p3'] },
      { on: 'workEmail', people: ['p1', 'p2'] },
    ]);
  });

  it('are one finding when they share both', () => {
    expect(
      findSharedKeys([user('p1', 'a', 'a@acme.example'), user('p2', 'a', 'a@acme.example')]),
    ).toMatchObject([{ on: 'userName' }]);
  });
});

/** A write that failed and that nobody wants any more makes no later failure older than it is (R24). */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { concernedBy, withoutOldTrouble } from '../../src/push/plan/old-trouble.js';
import type { Plan } from '../../src/push/plan/operation.js';
import { openCompany, type PushedCompany, SALES } from './pushed-company.js';

const HOUR_MS = 3_600_000;
let company: PushedCompany;
beforeEach(async () => {
  company = await openCompany();
  await company.push();
});
afterEach(() => company.close());

const now = () => new Date(company.lucca.clock.now()).toISOString();
const failing = async () => (await company.push()).result?.failing;

it('since when a person fails is forgotten once nothing is to be written to them', async () => {
  const { lucca, target } = company;
  const [id = 0] = SALES;
  const name = lucca.state.people().find((person) => person.id === id)?.lastName ?? '';
  target.switches.refusedMethods = ['PATCH /Users', 'PUT /Users'];
  lucca.edit.rename(id, { lastName: 'Autre' });
  const first = now();
  expect(await failing()).toMatchObject({ people: 1, since: first });
  lucca.clock.advance(HOUR_MS);
  expect(await failing()).toMatchObject({ people: 1, since: first });
  lucca.edit.rename(id, { lastName: name });
  expect(await failing()).toMatchObject({ people: 0, since: null });
  lucca.clock.advance(5 * HOUR_MS);
  lucca.edit.rename(id, { lastName: 'Nouveau' });
  const later = now();
  expect(await failing()).toMatchObject({ people: 1, since: later });
});

const trouble = { code: 'X', attempt: 'x', times: 1, since: '2026-11-01', retryAt: '2026-11-01' };
const link = { state: 'linked' as const, targetId: 't', sent: {}, at: '2026-11-01', members: [] };
const nothing: Parameters<typeof concernedBy>[0] = {
  operations: [],
  held: [],
  awaiting: [],
  skipped: [],
  notes: [],
};
const wait: Plan['notes'][number] = {
  code: 'WAITING_AFTER_FAILURE',
  severity: 'error',
  kind: 'person',
  subject: 'p',
  label: '',
  message: '',
  remedy: '',
  waits: { for: 'membership', group: 'g', member: 't1', since: '2026-11-01' },
};

it('and so is that of a group and its members, unless one of them waits', () => {
  const failed = { ...link, trouble, memberTrouble: trouble };
  expect(withoutOldTrouble(failed, 'g', concernedBy(nothing))).toEqual(link);
  expect(withoutOldTrouble(failed, 'g', concernedBy({ ...nothing, notes: [wait] }))).toBe(failed);
  expect(withoutOldTrouble(link, 'g', concernedBy(nothing))).toBe(link);
});

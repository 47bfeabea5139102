import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { Contract, Person } from '../../src/lucca/directory.js';
import type { FindingCode } from '../../src/mapping/findings.js';
import { type DateRules, judgeLifecycle } from '../../src/mapping/lifecycle.js';
import { openCalendar } from '../../src/mapping/local-dates.js';
import type { Lifecycle } from '../../src/mapping/translation.js';
import { readCases } from '../cases.js';

interface Case {
  name: string;
  contract: Partial<Contract> | null;
  status?: Person['status'];
  zone?: string;
  rules?: Partial<DateRules>;
  /** When not the instant asked about. */
  readAt?: string;
  /** State by instant. */
  at?: Record<string, Lifecycle['state']>;
  reasons?: Record<string, string>;
  startsAt?: string | null;
  endsAt?: string | null;
  findings?: FindingCode[];
}

function judge(given: Case, at: string): { lifecycle: Lifecycle; findings: FindingCode[] } {
  const findings: FindingCode[] = [];
  const contract =
    given.contract === null
      ? null
      : { id: null, start: null, end: null, typeId: null, typeName: null, term: null, ...given.contract };
  const lifecycle = judgeLifecycle(
    { contract, status: given.status ?? null },
    openCalendar(given.zone ?? 'Europe/Paris'),
    { defaultTimeZone: 'Europe/Paris', graceDays: 0, createDaysBefore: 0, ...given.rules },
    { at: Date.parse(at), readAt: Date.parse(given.readAt ?? at) },
    (code) => findings.push(code),
  );
  return { lifecycle, findings };
}

describe('a person', () => {
  it.each(readCases<Case[]>('mapping/lifecycle.yaml'))('$name', (given) => {
    for (const [at, state] of Object.entries(given.at ?? {})) {
      expect([at, judge(given, at).lifecycle.state]).toEqual([at, state]);
    }
    for (const [at, reason] of Object.entries(given.reasons ?? {})) {
      expect(judge(given, at).lifecycle.reason).toBe(reason);
    }
    const { lifecycle, findings } = judge(given, Object.keys(given.at ?? {})[0] ?? '2026-11-20T09:00:00Z');
    if (given.startsAt !== undefined) expect(lifecycle.startsAt).toBe(given.startsAt);
    if (given.endsAt !== undefined) expect(lifecycle.endsAt).toBe(given.endsAt);
    expect(findings).toEqual(given.findings ?? []);
  });
});

const date = fc
  .integer({ min: 0, max: 30_000 })
  .map((days) => Temporal.PlainDate.from('1965-01-01').add({ days }).toString());
const zone = fc.constantFrom(
  ...['Europe/Paris', 'Europe/Dublin', 'Pacific/Auckland', 'Pacific/Honolulu', 'Pacific/Apia', 'Asia/Beirut'],
  ...[
    'America/Sao_Paulo',
    'Africa/Casablanca',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Atlantic/Azores',
    'UTC',
  ],
);

describe('the life of an account', () => {
  it('is active exactly between its two instants', () => {
    fc.assert(
      fc.property(date, fc.nat(2000), zone, fc.nat(30), fc.nat(30), (start, days, where, early, grace) => {
        const end = Temporal.PlainDate.from(start).add({ days }).toString();
        const rules = { createDaysBefore: early, graceDays: grace };
        const given: Case = { name: '', contract: { start, end }, zone: where, rules };
        const { startsAt, endsAt } = judge(given, start).lifecycle;
        if (startsAt === null || endsAt === null) throw new Error('an instant is missing');
        const stateAt = (instant: number) => judge(given, new Date(instant).toISOString()).lifecycle.state;
        expect(stateAt(Date.parse(startsAt) - 1)).toBe('upcoming');
        expect(stateAt(Date.parse(startsAt))).toBe('active');
        expect(stateAt(Date.parse(endsAt) - 1)).toBe('active');
        expect(stateAt(Date.parse(endsAt))).toBe('left');
      }),
      { numRuns: 200 },
    );
  });
});

/**
 * Where a person stands at an instant (R8). Contract dates are local to the establishment and the contract end is the last
 * day worked, so the account lives from 00:00 of the first day to 00:00 of the day after the last.
 *
 * The states follow the account, not the contract: days of early creation and of grace count as `active`. So `upcoming`,
 * `active` and `left` always agree with the `active` attribute.
 */
import type { Contract, Person } from '../lucca/directory.js';
import type { FindingCode } from './findings.js';
import { type Calendar, FIRST_ZONE, LAST_ZONE, openCalendar, writeInstant } from './local-dates.js';
import type { Lifecycle } from './translation.js';

/** How contract dates become instants. */
export interface DateRules {
  /** IANA zone of establishments that have none. */
  defaultTimeZone: string;
  /** Days for which an account outlives the last day worked. */
  graceDays: number;
  /** Days by which an account comes before the first day. */
  createDaysBefore: number;
}

/** The instants that matter, in epoch milliseconds. */
export interface Moments {
  /** Asked about. */
  at: number;
  /** When the directory was read: the moment for which Lucca's own `status` was true. */
  readAt: number;
}

type State = Lifecycle['state'];
type Report = (code: FindingCode, detail?: string) => void;

const STATE_OF_STATUS = { active: 'active', upcoming: 'upcoming', deactivated: 'left' } as const;
const DAY = 86_400_000;

/**
 * Judges one person by the calendar of their establishment.
 *
 * The dates decide. Lucca's own `status` (v5) decides where there are no dates, and where it contradicts the dates by more
 * than a day at the moment of reading: Lucca saw every contract, the bridge perhaps not. Without dates and status the
 * state is `unknown`, from which nobody may conclude anything (R6).
 */
export function judgeLifecycle(
  { contract, status }: Pick<Person, 'contract' | 'status'>,
  calendar: Calendar,
  rules: DateRules,
  moments: Moments,
  report: Report,
): Lifecycle {
  const worked = openWindow(contract, calendar, 0, 0);
  if (contract !== null && contract.start !== null && worked.opens === undefined) {
    report('INVALID_CONTRACT_DATE', 'start');
  }
  if (contract !== null && contract.end !== null && worked.closes === undefined) {
    report('INVALID_CONTRACT_DATE', 'end');
  }
  const { createDaysBefore, graceDays } = rules;
  const hasExtraDays = createDaysBefore > 0 || graceDays > 0;
  const account = hasExtraDays ? openWindow(contract, calendar, createDaysBefore, graceDays) : worked;
  const byDates = stateIn(account, moments.at);
  const byStatus = status === null ? undefined : STATE_OF_STATUS[status];
  const disagrees = byStatus !== undefined && contradicts(byStatus, worked, moments.readAt);
  const state = byStatus !== undefined && (disagrees || byDates === 'unknown') ? byStatus : byDates;

  if (worked.opens === undefined && state !== 'left') report('MISSING_START_DATE');
  if (disagrees) report('STATUS_DISAGREES_WITH_DATES', byDates);
  return {
    state,
    reason:
      state === byDates ? explain(state, contract, worked, calendar.zone, moments.at) : `${status} in Lucca`,
    startsAt: toInstant(account.opens),
    endsAt: toInstant(account.closes),
  };
}

/**
 * Judges somebody whose time zone could not be read. Where the zones of the world disagree the state is not `certain`, and one
 * from which no account is opened or closed. The instants are the latest possible.
 */
export function judgeInEveryZone(
  person: Pick<Person, 'contract' | 'status'>,
  rules: DateRules,
  moments: Moments,
  report: Report,
): { lifecycle: Lifecycle; certain: boolean } {
  const calendarOf = (zone: string): Calendar => ({ ...openCalendar(zone), zone: 'time zone not read' });
  const latest = judgeLifecycle(person, calendarOf(LAST_ZONE), rules, moments, report);
  const earliest = judgeLifecycle(person, calendarOf(FIRST_ZONE), rules, moments, () => {});
  if (earliest.state === latest.state) return { lifecycle: latest, certain: true };
  const state = latest.state === 'upcoming' ? 'upcoming' : 'unknown';
  return { lifecycle: { ...latest, state }, certain: false };
}

/** From when until when, in epoch milliseconds; undefined = open. */
interface Window {
  opens: number | undefined;
  closes: number | undefined;
}

function openWindow(
  contract: Contract | null,
  calendar: Calendar,
  daysBefore: number,
  daysAfter: number,
): Window {
  const start = contract?.start ?? null;
  const end = contract?.end ?? null;
  return {
    opens: start === null ? undefined : calendar.startOfDay(start, -daysBefore),
    closes: end === null ? undefined : calendar.startOfDay(end, 1 + daysAfter),
  };
}

function stateIn({ opens, closes }: Window, at: number): State {
  if (closes !== undefined && at >= closes) return 'left';
  if (opens !== undefined && at < opens) return 'upcoming';
  return opens === undefined && closes === undefined ? 'unknown' : 'active';
}

/** A day of difference is no contradiction: the zone in which Lucca judges a status is not documented. */
function contradicts(byStatus: State, worked: Window, readAt: number): boolean {
  return [-DAY, 0, DAY].every((shift) => {
    const state = stateIn(worked, readAt + shift);
    return state !== 'unknown' && state !== byStatus;
  });
}

function explain(state: State, contract: Contract | null, worked: Window, zone: string, at: number): string {
  if (state === 'unknown') return 'no contract dates';
  const contractState = stateIn(worked, at);
  if (contractState === 'left') {
    return `contract ended ${contract?.end}, ${zone}${state === 'active' ? ', days of grace' : ''}`;
  }
  if (contractState === 'upcoming') {
    return `starts ${contract?.start}, ${zone}${state === 'active' ? ', account opens early' : ''}`;
  }
  return worked.opens === undefined
    ? `contract until ${contract?.end}, ${zone}`
    : `contract since ${contract?.start}, ${zone}`;
}

function toInstant(epochMilliseconds: number | undefined): string | null {
  return epochMilliseconds === undefined ? null : writeInstant(epochMilliseconds);
}

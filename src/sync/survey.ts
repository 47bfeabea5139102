/** The first half of a run: read Lucca once, translate it, and work out who everybody is. */
import type { Clock } from '../clock.js';
import type { BridgeConfig } from '../config/schema.js';
import type { Issue } from '../errors.js';
import type { Finding } from '../identity/conflicts.js';
import { type LuccaMatch, matchLucca } from '../identity/match-lucca.js';
import type { PersonRecord } from '../identity/person.js';
import { type Directory, type DirectorySummary, summariseDirectory } from '../lucca/directory.js';
import { type ReadOptions, readDirectory } from '../lucca/read.js';
import type { CompiledMapping } from '../mapping/compile.js';
import { createIdMaker } from '../mapping/ids.js';
import { isTimeZone, LAST_ZONE, openCalendar } from '../mapping/local-dates.js';
import { translate } from '../mapping/translate.js';
import type { Translation } from '../mapping/translation.js';
import type { OnProgress } from '../progress.js';
import { type Joined, joinPeople } from './join.js';
import { countFields, type FieldCounts, lostFieldIssue } from './lost-fields.js';
import type { RecordBook } from './record-book.js';

export interface Reading {
  directory: DirectorySummary;
  translation: Translation;
}

/** A reading brought together with what is stored. */
export interface Survey extends Reading, Joined {
  /** What the people of the reading carried, to notice rights that are lost. */
  fields: FieldCounts;
  at: string;
  /** Whether absence means anything: the reading proved complete (R4), and no right was lost (R6). */
  trusted: boolean;
  /** People who could not be told apart from others, and rights that were lost. */
  issues: Issue[];
  /** People of Lucca who could be several stored ones: for the conflict queue. */
  findings: Finding[];
}

/** What a survey is held against. */
export interface Known {
  people: RecordBook<PersonRecord>;
  /** Fields that Lucca has stopped showing since the last reading. */
  lostFields: readonly string[];
}

export interface ReadingOptions {
  clock: Clock;
  onProgress: OnProgress;
  signal?: AbortSignal | undefined;
}

/** How Lucca is reached, and what the mapping wants of it. */
export function luccaAccess(
  { lucca }: BridgeConfig,
  mapping: CompiledMapping,
  { clock, onProgress, signal }: ReadingOptions,
): ReadOptions {
  return {
    tenant: lucca.address,
    apiKey: lucca.apiKey,
    oauth: lucca.oauth,
    costCenterAxis: lucca.costCenterAxis,
    wanted: mapping.wants,
    quota: lucca.quota,
    clock,
    random: () => clock.random(),
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  };
}

/**
 * Translates a directory for the instant `at` and joins it with the stored people: those whom the store knows keep their
 * ids, and people whom an IdP brought first are recognised (R14).
 */
export function survey(
  directory: Directory,
  mapping: CompiledMapping,
  { people, lostFields }: Known,
  at: string,
): Survey {
  const known = new Map<string, string>();
  for (const { id, lucca } of people.values()) if (lucca !== null) known.set(lucca.luccaId, id);
  const first = translateWith(directory, mapping, at, known);
  const { translation, ambiguous } = recognise(first, directory, mapping, people, known);

  const trusted = directory.certificate.complete && lostFields.length === 0;
  const shown = new Map(directory.people.map((person) => [person.id, person]));
  const joined = joinPeople({
    at,
    users: translation.users.filter(({ luccaId }) => !ambiguous.has(luccaId)),
    shown: (luccaId) => shown.get(luccaId),
    isOver: (luccaId, day) => isOver(day, shown.get(luccaId)?.establishmentId, directory, mapping, at),
    known: (luccaId) => known.get(luccaId),
    stored: (id) => people.get(id),
    all: people.values(),
    shownAtAll: new Set(shownBy(directory).flatMap((luccaId) => known.get(luccaId) ?? [])),
    complete: directory.certificate.complete,
    keepAbsent: !trusted,
  });
  return {
    directory: summariseDirectory(directory),
    fields: countFields(directory.people),
    translation,
    at,
    trusted,
    issues: [...lostFields.map(lostFieldIssue), ...[...ambiguous].map(ambiguityOf)],
    findings: [...ambiguous].flatMap(findingOf),
    ...joined,
  };
}

/** Whether the account of somebody whose last day is `day` has closed by `at`, in the establishment's time zone (R8). */
function isOver(
  day: string,
  establishmentId: string | null | undefined,
  { establishments, certificate }: Directory,
  { dates }: CompiledMapping,
  at: string,
): boolean {
  const site = establishments.get(establishmentId ?? '');
  const isUnread = establishmentId != null && site === undefined && !certificate.complete;
  const zone = isUnread ? LAST_ZONE : (site?.timeZone ?? '');
  const calendar = openCalendar(isTimeZone(zone) ? zone : dates.defaultTimeZone);
  const closes = calendar.startOfDay(day, 1 + dates.graceDays);
  return closes !== undefined && Date.parse(at) >= closes;
}

/** Lucca ids of everybody whom Lucca showed, those included whose record had to be left out (R7). */
function shownBy({ people, issues }: Directory): string[] {
  const leftOut = issues.filter(
    ({ code, subject }) => code === 'LUCCA_RECORD_INVALID' && subject.kind === 'person',
  );
  return [...people.map(({ id }) => id), ...leftOut.map(({ subject }) => subject.id)];
}

function translateWith(
  directory: Directory,
  mapping: CompiledMapping,
  at: string,
  known: ReadonlyMap<string, string>,
): Translation {
  const derived = createIdMaker(directory.tenant);
  const ids = { ...derived, person: (luccaId: string) => known.get(luccaId) ?? derived.person(luccaId) };
  return translate(directory, { mapping, at, ids });
}

/** People born of an IdP get their Lucca side; references to them then carry the id that they have had all along. */
function recognise(
  translation: Translation,
  directory: Directory,
  mapping: CompiledMapping,
  people: RecordBook<PersonRecord>,
  known: Map<string, string>,
): { translation: Translation; ambiguous: ReadonlyMap<string, LuccaMatch> } {
  const ambiguous = new Map<string, LuccaMatch>();
  const areStrangersStored = [...people.values()].some(({ lucca }) => lucca === null);
  if (!areStrangersStored) return { translation, ambiguous };
  // Whom an admin told apart from the holder of the derived id gets another that is derived too.
  const apart = (luccaId: string) => createIdMaker(directory.tenant).person(`${luccaId} apart`);
  let isRecognised = false;
  for (const [luccaId, match] of matchLucca(translation.users, people.values())) {
    if (match.kind === 'ambiguous') ambiguous.set(luccaId, match);
    const id = match.kind === 'match' ? match.person.id : match.kind === 'apart' ? apart(luccaId) : undefined;
    if (id === undefined || known.get(luccaId) === id) continue;
    known.set(luccaId, id);
    isRecognised = true;
  }
  const settled = isRecognised ? translateWith(directory, mapping, translation.at, known) : translation;
  return { translation: settled, ambiguous };
}

function ambiguityOf([luccaId, match]: [string, LuccaMatch]): Issue {
  const others = match.kind === 'ambiguous' ? match.people.map(({ id }) => id).join(', ') : '';
  const by = match.kind === 'ambiguous' ? match.by : '';
  return {
    code: 'AMBIGUOUS_MATCH',
    severity: 'error',
    subject: { kind: 'person', id: luccaId },
    message: `Several people could be this one by ${by}: ${others}. Nothing was changed.`,
    remedy: 'Say which one it is in the conflict queue, or correct the doubled value in Lucca or in the IdP.',
  };
}

function findingOf([luccaId, match]: [string, LuccaMatch]): Finding[] {
  if (match.kind !== 'ambiguous') return [];
  const people = match.people.map(({ id }) => id);
  return [{ kind: 'ambiguous-match', source: 'lucca', sourceId: luccaId, on: match.by, people }];
}

/** Reads Lucca as the configuration says. @throws LuccaError, BridgeError when the people cannot be read at all */
export function readLucca(
  config: BridgeConfig,
  mapping: CompiledMapping,
  options: ReadingOptions,
): Promise<Directory> {
  return readDirectory(luccaAccess(config, mapping, options));
}

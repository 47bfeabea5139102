/** Translates a Directory: every person and unit of Lucca as partial SCIM resources, before precedence. Pure. */
import type { Issue } from '../errors.js';
import type { Directory, Person } from '../lucca/directory.js';
import { checkPerson } from './check-person.js';
import { cleanPerson } from './clean-person.js';
import type { CompiledMapping } from './compile.js';
import { type Doubt, type Doubts, doubtsAbout, openDoubts, overlaps } from './doubts.js';
import { findDuplicates } from './duplicates.js';
import { type FindingCode, finding } from './findings.js';
import { type Member, translateGroups } from './groups.js';
import { judgeInEveryZone, judgeLifecycle } from './lifecycle.js';
import { localDate, openCalendar } from './local-dates.js';
import { linkManagers, type Standing } from './managers.js';
import { memoize } from './memo.js';
import { type ManagerView, Scene } from './scene.js';
import type { IdMaker, TranslatedUser, Translation } from './translation.js';
import { type Units, viewUnits } from './units.js';

export interface TranslateOptions {
  mapping: CompiledMapping;
  /** ISO instant for which every date is judged: now, or another moment that is asked about. */
  at: string;
  ids: IdMaker;
}

/** What the steps of one translation share. */
interface Work extends TranslateOptions {
  directory: Directory;
  units: Units;
  doubts: Doubts;
  issues: Issue[];
}

/** A person who was translated, with what the checks and the groups need. */
interface Entry {
  person: Person;
  user: TranslatedUser;
  member: Member;
}

/**
 * Translates everybody and every unit, users in the order of the directory.
 *
 * One bad record never stops the others (R7): what is wrong with it is an issue, in which ids stand for people. The result
 * is to be treated as immutable, since users share the references to their units.
 */
export function translate(directory: Directory, options: TranslateOptions): Translation {
  const today = localDate(Date.parse(options.at), options.mapping.dates.defaultTimeZone);
  const units = viewUnits(directory, today);
  const work: Work = { ...options, directory, units, doubts: openDoubts(directory, units), issues: [] };
  reportTimeZones(work);
  const standings = judgeEverybody(work);
  linkManagers(standings, (code, { id }, detail) => {
    work.issues.push(finding(code, { kind: 'person', id }, detail));
  });
  const viewManager = memoize(createManagerView(work), Number.POSITIVE_INFINITY);
  const scene = new Scene(work.units, work.issues);
  const entries = translatePeople(work, standings.values(), viewManager, scene);
  for (const issue of findDuplicates(entries)) work.issues.push(issue);
  const groups = translateGroups({
    ...work,
    scene,
    members: sortMembers(entries),
    findManager: (luccaId) => {
      const head = standings.get(luccaId);
      return head === undefined || head.lifecycle.state === 'left' ? null : viewManager(head);
    },
  });
  return { at: options.at, users: entries.map(({ user }) => user), groups, issues: work.issues };
}

/** Everybody by Lucca id, in the order of the directory, texts cleaned, managers still to be linked. */
function judgeEverybody({ directory, units, doubts, mapping, at, issues }: Work): Map<string, Standing> {
  const moments = { at: Date.parse(at), readAt: Date.parse(directory.readAt) };
  const standings = new Map<string, Standing>();
  let judged = '';
  const report = (code: FindingCode, detail?: string): void => {
    issues.push(finding(code, { kind: 'person', id: judged }, detail));
  };
  for (const raw of directory.people) {
    judged = raw.id;
    try {
      const person = cleanPerson(raw);
      const open = doubts.of(person);
      if (open.has('establishment')) {
        const { lifecycle, certain } = judgeInEveryZone(person, mapping.dates, moments, report);
        const withState = certain ? open : new Set<Doubt>(open).add('lifecycle');
        standings.set(person.id, { person, lifecycle, doubts: withState, manager: null });
        continue;
      }
      const site =
        person.establishmentId === null ? undefined : units.establishments.get(person.establishmentId);
      const calendar = openCalendar(site?.timeZone ?? mapping.dates.defaultTimeZone);
      const lifecycle = judgeLifecycle(person, calendar, mapping.dates, moments, report);
      standings.set(person.id, { person, lifecycle, doubts: open, manager: null });
    } catch (error) {
      report('TRANSLATION_FAILED', nameOfError(error));
    }
  }
  return standings;
}

function translatePeople(
  work: Work,
  standings: Iterable<Standing>,
  viewManager: (standing: Standing) => ManagerView,
  scene: Scene,
): Entry[] {
  const entries: Entry[] = [];
  for (const standing of standings) {
    const { manager, person } = standing;
    try {
      scene.showPerson(standing, manager === null ? null : viewManager(manager));
      entries.push(translatePerson(standing, scene, work));
    } catch (error) {
      work.issues.push(finding('TRANSLATION_FAILED', { kind: 'person', id: person.id }, nameOfError(error)));
    }
  }
  return entries;
}

function translatePerson(
  { person, lifecycle, doubts }: Standing,
  scene: Scene,
  { mapping, ids }: Work,
): Entry {
  const attributes = mapping.users.build(scene);
  attributes.externalId = person.id;
  // What is unknown is left out, never false: absent is not cleared (R6).
  if (lifecycle.state !== 'unknown' && !doubts.has('lifecycle'))
    attributes.active = lifecycle.state === 'active';
  checkPerson(scene, attributes);
  const id = ids.person(person.id);
  const { department, costCenter, legalEntity, establishment } = scene;
  return {
    person,
    user: { luccaId: person.id, id, attributes, lifecycle },
    member: { id, department, costCenter, legalEntity, establishment },
  };
}

/** Managers are shown under the very name that they have themselves. */
function createManagerView({ mapping, ids, units }: Work): (standing: Standing) => ManagerView {
  // What is wrong with the manager's name is reported when the manager's turn comes.
  const scene = new Scene(units, []);
  const rule = mapping.users.ruleOf('displayName');
  const doubts = doubtsAbout(rule?.reads ?? []);
  const nameOf = (standing: Standing): string | undefined => {
    try {
      scene.showPerson(standing, null);
      const name = rule?.evaluate(scene);
      return typeof name === 'string' ? name : undefined;
    } catch {
      return undefined;
    }
  };
  return (standing) => ({
    person: standing.person,
    id: ids.person(standing.person.id),
    displayName: nameOf(standing),
    isNameOpen: overlaps(doubts, standing.doubts),
  });
}

function nameOfError(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

function sortMembers(entries: readonly Entry[]): Member[] {
  return entries
    .filter(({ user }) => user.lifecycle.state !== 'left')
    .map(({ member }) => member)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

function reportTimeZones({ directory, units, mapping, issues }: Work): void {
  for (const { id, timeZone } of directory.establishments.values()) {
    if (timeZone === null || units.establishments.get(id)?.timeZone !== undefined) continue;
    const subject = { kind: 'establishment', id } as const;
    issues.push(finding('UNKNOWN_TIME_ZONE', subject, mapping.dates.defaultTimeZone));
  }
}

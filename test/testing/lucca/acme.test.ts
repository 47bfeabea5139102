/** The hand-made company contains every quirk that real Lucca directories were seen to have. */
import { expect, it } from 'vitest';
import type { SimulatedPerson } from '../../../src/testing/lucca/index.js';
import { ACME } from './tenant.js';

const people = new Map(ACME.people.map((person) => [person.id, person]));
const person = (id: number) => people.get(id) as SimulatedPerson;
const lastContract = (id: number) => person(id).employments.at(-1);
const managerOf = (id: number) => lastContract(id)?.positions.at(-1)?.managerId;
const fullName = (id: number) => `${person(id).firstName} ${person(id).lastName}`;
const zones = new Map(ACME.establishments.map((row) => [row.id, row.timeZone]));
const sections = new Map(ACME.sections.map((row) => [row.id, row]));
const departments = new Map(ACME.departments.map((row) => [row.id, row]));
const costCenterOf = (id: number) => sections.get(person(id).sections[ACME.costCenterAxisId] ?? 0);
const TODAY = ACME.at.slice(0, 10);

const quirks: Record<string, () => void> = {
  'a chief executive who manages herself': () => expect(managerOf(101)).toBe(101),
  'two people who manage each other': () => expect([managerOf(110), managerOf(111)]).toEqual([111, 110]),
  'a manager who was deleted': () => expect(people.has(managerOf(112) ?? 0)).toBe(false),
  'a manager who has left': () => expect(lastContract(managerOf(113) ?? 0)?.end).toBe('2026-06-30'),
  'a head of department who has left, and one who was deleted': () => {
    expect(lastContract(departments.get(6)?.headId ?? 0)?.end).toBe('2026-06-30');
    expect(people.has(departments.get(52)?.headId ?? 0)).toBe(false);
  },
  'somebody without an e-mail': () => expect(person(114).mail).toBeNull(),
  'two people with the same e-mail, in different letter case': () => {
    expect(person(115).mail).not.toBe(person(117).mail);
    expect(person(115).mail?.toLowerCase()).toBe(person(117).mail?.toLowerCase());
  },
  'exact homonyms': () => expect(fullName(110)).toBe(fullName(111)),
  'homonyms whose accents are composed in one and separate in the other': () => {
    expect(fullName(108)).not.toBe(fullName(109));
    expect(fullName(108)).toBe(fullName(109).normalize('NFC'));
  },
  'particles: d’, de La, van der, VON, Du': () =>
    expect([104, 105, 106, 107, 119].map((id) => person(id).lastName)).toEqual([
      "D'ARBOIS",
      'de La BRINDILLE-Roche',
      'van der Meulen',
      'VON STEINFELD-WEIß',
      'Du Vallon',
    ]),
  'last names in capitals, compound names, spaces at the end': () => {
    expect(person(112).lastName).toBe('LE GOFF-KERVELLA');
    expect(person(105).firstName).toMatch(/^Jean-Baptiste $/);
  },
  'a name in another script': () => expect(fullName(132)).toMatch(/\p{Script=Han}/u),
  'a zero-width space in a name': () => expect(person(125).firstName).toContain('\u200b'),
  'names that are spreadsheet formulas': () => expect(fullName(135)).toMatch(/^=cmd.*\+SUM/),
  'departments down to level nine': () => {
    let level = 0;
    for (let row = departments.get(36); row !== undefined; row = departments.get(row.parentId ?? 0))
      level += 1;
    expect(level).toBe(9);
  },
  'two departments of the same name, one without people, one without a code': () => {
    expect(ACME.departments.filter((row) => row.name === 'Support')).toHaveLength(2);
    expect(departments.get(35)?.code).toBeNull();
    const filled = new Set(
      ACME.people.flatMap((row) =>
        row.employments.flatMap((each) => each.positions.map((at) => at.departmentId)),
      ),
    );
    expect(filled.has(60)).toBe(false);
  },
  'an archived department that is still assigned': () => {
    const departmentId = lastContract(126)?.positions.at(-1)?.departmentId;
    expect(departments.get(departmentId ?? 0)?.archived).toBe(true);
  },
  'a department that the integration may not read': () =>
    expect(lastContract(128)?.positions.at(-1)?.departmentId).toBeNull(),
  'an expired and an inactive cost centre that are still assigned': () => {
    expect(costCenterOf(124)?.endsOn).toBe('2025-12-31');
    expect(costCenterOf(125)?.active).toBe(false);
  },
  'a cost centre without a code, one that is not open yet, one below another': () => {
    expect(costCenterOf(101)?.code).toBeNull();
    expect(costCenterOf(118)?.startsOn).toBe('2027-01-01');
    expect(costCenterOf(105)?.parentIds).toEqual([143]);
  },
  'somebody without a cost centre': () => expect(costCenterOf(126)).toBeUndefined(),
  'axes that people hold sections of, one that they do not, one that is switched off': () => {
    expect(ACME.axes.filter((row) => row.onEmployee).map((row) => row.id)).toEqual([4, 7]);
    expect(ACME.axes.filter((row) => !row.active)).toHaveLength(1);
  },
  'somebody between two contracts': () => {
    const [first, second] = person(122).employments;
    expect((first?.end ?? '') < TODAY && (second?.start ?? '') > TODAY).toBe(true);
  },
  'somebody who was rehired': () => expect(person(123).employments).toHaveLength(2),
  'somebody with a second contract right after the first': () =>
    expect(person(124).employments.map((row) => [row.start, row.end])).toEqual([
      ['2026-06-01', '2026-11-30'],
      ['2026-12-01', null],
    ]),
  'a joiner who has no e-mail yet': () => {
    expect(lastContract(118)?.start).toBe('2027-01-04');
    expect(person(118).mail).toBeNull();
  },
  'a planned leaver, one of yesterday, one of today': () =>
    expect([119, 120, 121].map((id) => lastContract(id)?.end)).toEqual([
      '2026-12-31',
      '2026-11-19',
      '2026-11-20',
    ]),
  'leavers of today east of Paris, a joiner of today west of it': () => {
    expect([132, 133].map((id) => lastContract(id)?.end)).toEqual([TODAY, TODAY]);
    expect(lastContract(131)?.start).toBe(TODAY);
    const used = new Set(
      ACME.people.flatMap((row) =>
        row.employments.flatMap((each) => each.positions.map((at) => zones.get(at.establishmentId))),
      ),
    );
    for (const zone of [
      'Europe/Paris',
      'America/Montreal',
      'Asia/Tokyo',
      'Pacific/Auckland',
      'Indian/Reunion',
      null,
    ]) {
      expect(used).toContain(zone);
    }
  },
  'the same employee number in two establishments': () => {
    expect(person(129).employeeNumber).toBe(person(130).employeeNumber);
    const sites = [129, 130].map((id) => lastContract(id)?.positions[0]?.establishmentId);
    expect(sites[0]).not.toBe(sites[1]);
  },
  'a position that is planned to change': () =>
    expect(person(119).employments[0]?.positions.at(-1)?.startsOn).toBe('2026-12-01'),
  'a job title that only the catalogue knows': () => {
    expect(lastContract(106)?.positions[0]).toMatchObject({ jobTitle: null, jobQualificationId: 19 });
  },
  'custom fields in every shape': () => {
    const kinds = ACME.customFields.map((row) => `${row.kind}${row.multiple ? '[]' : ''} ${row.legacyShape}`);
    expect(new Set(kinds)).toEqual(
      new Set([
        'text wrapped',
        'text bare',
        'list wrapped',
        'list[] wrapped',
        'composite wrapped',
        'composite[] bare',
        'boolean wrapped',
        'decimal bare',
        'employee wrapped',
        'date wrapped',
      ]),
    );
    expect(Object.keys(person(103).custom)).toHaveLength(10);
    expect(person(103).custom.e_medical).toBeNull();
    expect(person(127).custom['e_do-not-sync']).toBe(true);
  },
  'phone numbers in odd forms': () => {
    expect(person(134).directLine).toBe('poste 4217');
    expect(
      new Set(ACME.people.flatMap((row) => row.directLine?.replace(/\d/g, '9') ?? [])).size,
    ).toBeGreaterThan(5);
  },
  'cultures, genders and nationalities of all sorts': () => {
    expect(new Set(ACME.people.map((row) => row.gender)).size).toBe(4);
    expect(new Set(ACME.people.map((row) => row.cultureId))).toContain(58380);
    expect(ACME.people.map((row) => row.nationality)).toEqual(expect.arrayContaining(['CH', 'GB']));
  },
  'contract types of every term and audience, one bound to a legal entity': () => {
    expect(new Set(ACME.contractTypes.map((row) => row.audience)).size).toBe(5);
    expect(ACME.contractTypes.find((row) => row.id === 7)?.legalEntityIds).toEqual([3]);
  },
  'a note on everybody that says why': () =>
    expect(ACME.people.filter((row) => row.note === null)).toEqual([]),
};

it.each(Object.entries(quirks))('has %s', (_, check) => check());

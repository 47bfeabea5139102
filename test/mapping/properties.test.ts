/** What holds of every translation, whatever the directory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.js';
import type { Directory } from '../../src/lucca/directory.js';
import type { CompiledMapping } from '../../src/mapping/compile.js';
import { translate } from '../../src/mapping/translate.js';
import type { Translation } from '../../src/mapping/translation.js';
import type { ResourceType } from '../../src/scim/registry.js';
import { ENTERPRISE_USER, LUCCA_USER } from '../../src/scim/schema.js';
import { normaliseAttributes } from '../../src/scim/validate.js';
import { compile, packagedMapping, readableIds } from './fragment.js';
import { randomDirectory, randomInstant } from './random-directory.js';
import { groupType, userType } from './registry.js';

/** Every kind of rule, and the sensitive details too. */
const fullMapping = compile({
  dates: { graceDays: 2, createDaysBefore: 3 },
  users: {
    userName: { firstOf: ['person.email', 'person.login'] },
    'name.givenName': { from: 'person.firstName', transforms: ['nameCase'] },
    'name.familyName': { from: 'person.lastName', transforms: ['nameCase'] },
    displayName: { template: '{name.givenName?} {name.familyName?}', default: 'nobody' },
    title: { expression: 'person.jobTitle == null ? custom.e_a : person.jobTitle' },
    nickName: 'custom.e_b',
    userType: { from: 'contract.typeName', lookup: { CDI: 'Employee' } },
    locale: { from: 'person.cultureId', transforms: ['locale'] },
    emails: [
      { value: 'person.email', primary: true },
      { value: 'person.personalEmail', when: 'person.gender != null' },
    ],
    phoneNumbers: [
      { value: { from: 'person.workPhone', transforms: ['e164'] } },
      { value: 'person.mobilePhone' },
    ],
    [ENTERPRISE_USER]: { 'manager.value': 'manager.bridgeId', 'manager.displayName': 'manager.displayName' },
    [LUCCA_USER]: {
      gender: { from: 'person.gender', transforms: [{ gender: 'MF' }] },
      birthDate: { from: 'person.birthDate', transforms: [{ date: 'DD/MM/YYYY' }] },
      axes: [{ each: 'sections', axis: 'section.axisId', value: 'section.id' }],
      customFields: [{ name: { constant: 'e_a' }, value: 'custom.e_a' }],
    },
  },
  groups: {
    departments: { displayName: 'department.path', members: 'with-sub-departments' },
    costCenters: { displayName: { firstOf: ['costCenter.code', 'costCenter.name'] } },
    legalEntities: { displayName: 'legalEntity.country' },
    establishments: { displayName: { template: '{establishment.name} ({legalEntity.name?})' } },
  },
});

describe.each([
  ['the packaged mapping', packagedMapping],
  ['a mapping with every kind of rule', fullMapping],
])('a translation with %s', (_, mapping) => {
  it('is the same each time', () => {
    holds(mapping, (translation, { again }) => {
      expect(again()).toEqual(translation);
    });
  });

  it('leaves the directory as it is', () => {
    holds(mapping, (_translation, { directory, before }) => {
      expect(directory).toEqual(before);
    });
  });

  it('holds every person once, in the order of the directory', () => {
    holds(mapping, ({ users }, { directory }) => {
      expect(users.map(({ luccaId }) => luccaId)).toEqual(directory.people.map(({ id }) => id));
    });
  });

  it('has members who are users that have not left, ascending and each once', () => {
    holds(mapping, ({ users, groups }) => {
      const working = new Set(
        users.filter(({ lifecycle }) => lifecycle.state !== 'left').map(({ id }) => id),
      );
      for (const { members } of groups) {
        expect(members).toEqual([...new Set(members)].sort());
        expect(members.filter((id) => !working.has(id))).toEqual([]);
      }
    });
  });

  it('refers to nobody and nothing but its own users and groups', () => {
    holds(mapping, ({ users, groups }) => {
      const userIds = new Set<JsonValue | undefined>(users.map(({ id }) => id));
      const groupIds = new Set<JsonValue | undefined>(groups.map(({ id }) => id));
      const references = [...users, ...groups].flatMap(({ attributes }) => objectsAt(attributes));
      for (const [name, { value }] of references) {
        if (name === 'manager') expect(userIds).toContain(value);
        if (name === 'parent') expect(groupIds).toContain(value);
      }
    });
  });

  it('has attributes of the registry only, in the form in which they would come back', () => {
    const normalise = (attributes: JsonObject, type: ResourceType) =>
      normaliseAttributes(attributes, type, { strict: true });
    holds(mapping, ({ users, groups }) => {
      for (const { attributes } of users)
        expect(normalise(attributes, userType)).toEqual(writable(attributes));
      for (const { attributes } of groups) expect(normalise(attributes, groupType)).toEqual(attributes);
    });
  });

  it('says active exactly of people whose state is known', () => {
    holds(mapping, ({ users }) => {
      for (const { attributes, lifecycle } of users) {
        const { state } = lifecycle;
        expect(attributes.active).toBe(state === 'unknown' ? undefined : state === 'active');
      }
    });
  });

  it('never fails for a person, and reports each finding with a remedy', () => {
    holds(mapping, ({ issues }) => {
      expect(issues.filter(({ code }) => code === 'TRANSLATION_FAILED')).toEqual([]);
      for (const { remedy, message } of issues) {
        expect(remedy).toMatch(/\.$/);
        expect(message).not.toContain('{}');
      }
    });
  });

  it('names no address in what it reports', () => {
    holds(mapping, ({ issues }) => {
      expect(JSON.stringify(issues)).not.toContain('@acme.example');
    });
  });
});

describe('the states of people', () => {
  it('only ever go forward in time', () => {
    const order = ['upcoming', 'active', 'left'];
    const instants = fc.tuple(fc.date(dates), fc.date(dates)).map((pair) => pair.sort((a, b) => +a - +b));
    fc.assert(
      fc.property(randomDirectory, instants, (directory, [early, late]) => {
        const statesAt = (at: Date | undefined) =>
          translateAt(directory, (at ?? new Date(0)).toISOString(), packagedMapping).users.map(
            ({ lifecycle }) => lifecycle.state,
          );
        const later = statesAt(late);
        for (const [index, state] of statesAt(early).entries()) {
          const next = later[index] ?? '';
          if (state === 'unknown') expect(next).toBe('unknown');
          else expect(order.indexOf(next)).toBeGreaterThanOrEqual(order.indexOf(state));
        }
      }),
      { numRuns: 30 },
    );
  });
});

const dates = { min: new Date('2019-01-01'), max: new Date('2029-01-01'), noInvalidDate: true };

/** A client may not set the name of a manager (RFC 7643 section 4.3), and so it would not come back. */
function writable(attributes: JsonObject): JsonObject {
  const enterprise = attributes[ENTERPRISE_USER];
  if (!isJsonObject(enterprise) || !isJsonObject(enterprise.manager)) return attributes;
  const { displayName: _, ...manager } = enterprise.manager;
  return { ...attributes, [ENTERPRISE_USER]: { ...enterprise, manager } };
}

interface Circumstances {
  directory: Directory;
  /** The directory before the translation. */
  before: Directory;
  again(): Translation;
}

function holds(
  mapping: CompiledMapping,
  check: (translation: Translation, circumstances: Circumstances) => void,
): void {
  fc.assert(
    fc.property(randomDirectory, randomInstant, (directory, at) => {
      const before = structuredClone(directory);
      const again = () => translateAt(directory, at, mapping);
      check(again(), { directory, before, again });
    }),
    { numRuns: 30 },
  );
}

function translateAt(directory: Directory, at: string, mapping: CompiledMapping): Translation {
  return translate(directory, { mapping, at, ids: readableIds });
}

/** Every object in a resource, by the name under which it stands. */
function objectsAt(value: JsonObject): [string, JsonObject][] {
  return Object.entries(value).flatMap(([name, held]) =>
    isJsonObject(held) ? [[name, held] as [string, JsonObject], ...objectsAt(held)] : [],
  );
}

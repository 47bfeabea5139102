import { describe, expect, it } from 'vitest';
import type { CollectionCertificate, Directory } from '../../src/lucca/directory.js';
import { translate } from '../../src/mapping/translate.js';
import type { TranslatedUser, Translation } from '../../src/mapping/translation.js';
import { ENTERPRISE_USER, LUCCA_USER } from '../../src/scim/schema.js';
import { compile, directoryOf, type Fragment, NOW, packagedMapping, readableIds } from './fragment.js';

/** Translates a directory in which the named collections were not read in full. */
function translatePartial(
  fragment: Fragment,
  partial: readonly string[],
  { change = {}, at = NOW, mapping = packagedMapping }: Options = {},
): Translation {
  const collections = partial.map((name) => ({ name, complete: false }) as CollectionCertificate);
  const directory = {
    ...directoryOf(fragment, at),
    certificate: { complete: collections.length === 0, collections },
    ...change,
  };
  return translate(directory, { mapping, at, ids: readableIds });
}

interface Options {
  change?: Partial<Directory>;
  at?: string;
  mapping?: typeof packagedMapping;
}

function only({ users }: Translation): TranslatedUser & { enterprise: unknown; lucca: unknown } {
  const [user] = users;
  if (user === undefined || users.length !== 1) throw new Error(`${users.length} users`);
  return { ...user, enterprise: user.attributes[ENTERPRISE_USER], lucca: user.attributes[LUCCA_USER] };
}

describe('a reference into a collection that was not read in full', () => {
  const onSection: Fragment = {
    people: [{ id: '1', sections: { 4: '40', 7: '70' }, employeeNumber: 'E1' }],
    sections: {
      40: { axisId: '4', name: 'CC-1040 Marketing', nameOnly: true },
      70: { axisId: '7', name: 'Apollo', nameOnly: true },
    },
    costCenterAxisId: '4',
  };

  it('gives no cost centre by its name where the code may be known', () => {
    const { enterprise, lucca } = only(translatePartial(onSection, ['axis-sections']));
    expect(enterprise).toEqual({ employeeNumber: 'E1' });
    expect(lucca).not.toHaveProperty('costCenter');
    expect(lucca).not.toHaveProperty('axes');
  });

  it('gives the name when the list was read in full and does not hold the section', () => {
    const { enterprise } = only(translatePartial(onSection, ['departments']));
    expect(enterprise).toMatchObject({ costCenter: 'CC-1040 Marketing' });
  });

  it('does not take the cost centre for a further section when no axis is known', () => {
    const { lucca } = only(
      translatePartial(onSection, ['axes', 'axis-sections'], { change: { costCenterAxisId: null } }),
    );
    expect(lucca).not.toHaveProperty('axes');
  });

  it('makes no group of a section that was met on people alone', () => {
    expect(translatePartial(onSection, ['axis-sections']).groups).toEqual([]);
    expect(translatePartial(onSection, []).groups.map(({ key }) => key)).toEqual(['cost-center:40']);
  });

  it('keeps what a section that was read in full says', () => {
    const sections = { 40: { axisId: '4', name: 'Marketing', code: '1040' } };
    const { enterprise } = only(translatePartial({ ...onSection, sections }, ['axis-sections']));
    expect(enterprise).toMatchObject({ costCenter: '1040' });
  });

  it.each(['establishments', 'business-establishments'])(
    'reads no phone number by the rules of a guessed country: %s',
    (name) => {
      const people = [{ id: '1', establishmentId: '7', workPhone: '01 23 45 67 89' }];
      expect(only(translatePartial({ people }, [name])).attributes).not.toHaveProperty('phoneNumbers');
      expect(only(translatePartial({ people }, [])).attributes).toHaveProperty('phoneNumbers');
    },
  );

  it('knows the legal entity of somebody whose establishment alone is open', () => {
    const people = [{ id: '1', establishmentId: '7', legalEntityId: '2', workPhone: '01 23 45 67 89' }];
    const legalEntities = { 2: { name: 'Acme', country: 'FR' } };
    const { attributes, enterprise } = only(translatePartial({ people, legalEntities }, ['establishments']));
    expect(attributes).toHaveProperty('phoneNumbers');
    expect(enterprise).toEqual({ organization: 'Acme' });
  });

  it('gives neither path nor group of a department whose parent was not read', () => {
    const fragment: Fragment = {
      people: [{ id: '1', departmentId: '31' }],
      departments: { 30: { name: 'R&D' }, 31: { name: 'Data', parentId: '30' } },
    };
    const issues = [
      {
        code: 'LUCCA_DEPARTMENT_PARENT_UNKNOWN',
        severity: 'warning',
        subject: { kind: 'department', id: '30' },
        message: '',
        remedy: '',
      },
    ] as const;
    const partial = translatePartial(fragment, ['departments'], { change: { issues } });
    expect(only(partial).lucca).not.toHaveProperty('departmentPath');
    expect(partial.groups).toEqual([]);
    const whole = translatePartial(fragment, [], { change: { issues } });
    expect(only(whole).lucca).toMatchObject({ departmentPath: 'R&D / Data' });
  });

  it('leaves out a contract type of which only the id is known', () => {
    const people = [{ id: '1', contract: { start: '2020-01-01', typeId: '3' } }];
    expect(only(translatePartial({ people }, ['employment-templates'])).lucca).not.toHaveProperty(
      'contractType',
    );
    expect(only(translatePartial({ people }, ['employment-templates'])).lucca).toMatchObject({
      contractStart: '2020-01-01',
    });
  });

  it('shows a manager by no other name than before', () => {
    const mapping = compile({
      users: {
        userName: 'person.id',
        displayName: { template: '{person.lastName} ({department.name?})' },
        [ENTERPRISE_USER]: {
          'manager.value': 'manager.bridgeId',
          'manager.displayName': 'manager.displayName',
        },
      },
    });
    const people = [
      { id: '1', lastName: 'Boss', departmentId: '9' },
      { id: '2', lastName: 'Report', managerId: '1' },
    ];
    const managerOf = (partial: string[]) =>
      translatePartial({ people }, partial, { mapping }).users[1]?.attributes[ENTERPRISE_USER];
    expect(managerOf([])).toMatchObject({ manager: { value: 'user 1' } });
    expect(managerOf(['departments'])).toBeUndefined();
  });
});

describe('somebody whose time zone was not read', () => {
  const stateAt = (at: string, contract: object) => {
    const { lifecycle, attributes, lucca } = only(
      translatePartial({ people: [{ id: '1', establishmentId: '7', contract }] }, ['establishments'], { at }),
    );
    return [lifecycle.state, attributes.active, (lucca as { status?: string }).status];
  };

  it('has not left before the last day is over everywhere', () => {
    const contract = { start: '2020-01-01', end: '2026-06-14' };
    expect(stateAt('2026-06-14T09:00:00Z', contract)).toEqual(['active', true, 'active']);
    expect(stateAt('2026-06-15T10:00:00Z', contract)).toEqual(['unknown', undefined, undefined]);
    expect(stateAt('2026-06-15T12:00:00Z', contract)).toEqual(['left', false, 'left']);
  });

  it('has not started before the first day has begun everywhere, and is not said to be inactive meanwhile', () => {
    const contract = { start: '2026-06-15' };
    expect(stateAt('2026-06-14T09:00:00Z', contract)).toEqual(['upcoming', false, 'upcoming']);
    expect(stateAt('2026-06-15T10:00:00Z', contract)).toEqual(['upcoming', undefined, undefined]);
    expect(stateAt('2026-06-15T12:00:00Z', contract)).toEqual(['active', true, 'active']);
  });
});

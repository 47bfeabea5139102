import { describe, expect, expectTypeOf, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { createProjection } from '../../src/scim/project.js';
import { LUCCA_GROUP, LUCCA_USER } from '../../src/scim/schema.js';
import { luccaGroupSchema, readLuccaGroup } from '../../src/scim/schemas/lucca-group.js';
import { luccaUserSchema, readLuccaUser } from '../../src/scim/schemas/lucca-user.js';
import { normaliseResource } from '../../src/scim/validate.js';
import { resourceType } from './probe.js';

const user: JsonObject = {
  schemas: [resourceType('User').schema.id, LUCCA_USER],
  userName: 'ada',
  [LUCCA_USER]: {
    luccaId: '416',
    employeeRemoteId: 'R-7',
    status: 'active',
    establishment: { value: '3', code: 'PAR', display: 'Paris' },
    legalEntity: { value: '1', code: 'ACM', display: 'Acme SAS' },
    departmentId: '31',
    departmentPath: 'Acme / R&D / Data',
    costCenter: { value: '77', code: 'CC-77', display: 'Research' },
    contractType: { value: '1', display: 'CDI' },
    contractStart: '2024-01-15',
    contractEnd: '2026-11-20',
    axes: [{ axis: '2', value: '77', code: 'CC-77', display: 'Research' }],
    customFields: [{ name: 'e_badge', value: 'B-778', type: 'text' }],
    gender: 'female',
    birthDate: '1990-12-10',
    personalEmail: 'ada@home.example',
    personalPhone: '+33 6 00 00 00 00',
  },
};

describe('the Lucca extension of User', () => {
  const type = resourceType('User');

  it('has the attributes that its type promises, and no other', () => {
    expect(Object.keys(readLuccaUser(user) ?? {})).toEqual(
      luccaUserSchema.attributes.map(({ name }) => name),
    );
  });

  it('is accepted whole', () => {
    expect(normaliseResource(user, type, { strict: true })).toEqual(user);
  });

  it('keeps personal data back until it is named', () => {
    const shown = readLuccaUser(createProjection(type)(user));
    expect(shown).toMatchObject({ luccaId: '416', departmentPath: 'Acme / R&D / Data' });
    for (const name of ['gender', 'birthDate', 'personalEmail', 'personalPhone'])
      expect(shown).not.toHaveProperty(name);
    const named = createProjection(type, { attributes: [`${LUCCA_USER}:birthDate`] })(user);
    expect(readLuccaUser(named)).toEqual({ birthDate: '1990-12-10' });
  });

  it('is undefined where there is none', () => {
    expect(readLuccaUser({ userName: 'ada' })).toBeUndefined();
    expectTypeOf(readLuccaUser).returns.not.toBeAny();
  });
});

describe('the Lucca extension of Group', () => {
  const group: JsonObject = {
    schemas: [resourceType('Group').schema.id, LUCCA_GROUP],
    displayName: 'Data',
    [LUCCA_GROUP]: {
      kind: 'department',
      luccaId: '31',
      code: 'DATA',
      parent: { value: 'g9', $ref: '../Groups/g9', display: 'R&D', luccaId: '9' },
      level: 3,
      path: 'Acme / R&D / Data',
      manager: { value: 'u2', $ref: '../Users/u2', display: 'Grace', luccaId: '512' },
      archived: false,
    },
  };

  it('has the attributes that its type promises, and no other', () => {
    expect(Object.keys(readLuccaGroup(group) ?? {})).toEqual(
      luccaGroupSchema.attributes.map(({ name }) => name),
    );
  });

  it('is accepted whole', () => {
    expect(normaliseResource(group, resourceType('Group'), { strict: true })).toEqual(group);
  });

  it('is undefined where there is none', () => {
    expect(readLuccaGroup({ displayName: 'Data' })).toBeUndefined();
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTenant, type Tenant } from './tenant.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

const user = async (id: number, fields: string) =>
  (await tenant.withKey(`/api/v3/users/${id}?fields=${fields}`)).body.data;
const employee = async (id: number) => (await tenant.withToken(`/lucca-api/employees/${id}`)).body;

describe('an edit is seen at once in both ways in', () => {
  it('hire', async () => {
    const change = tenant.sim.edit.hire({
      firstName: 'Nina',
      lastName: 'NEUVE',
      mail: 'nina.neuve@acme.example',
      establishmentId: 12,
      departmentId: 31,
      managerId: 103,
      sections: { 4: 143 },
    });
    expect(change).toMatchObject({
      edit: 'hire',
      subject: { kind: 'person', id: 137 },
      fields: { firstName: { before: null, after: 'Nina' }, status: { before: null, after: 'active' } },
    });
    expect(await user(137, 'id,managerId,userAxisValues_4')).toMatchObject({
      managerID: 103,
      userAxisValues_4: { id: 143 },
    });
    expect(await employee(137)).toMatchObject({ familyName: 'NEUVE', status: 'active' });
  });

  it('leave, on a day to come', async () => {
    const change = tenant.sim.edit.leave(103, { lastDay: '2026-12-31' });
    expect(change.fields).toEqual({ contractEnd: { before: null, after: '2026-12-31' } });
    expect(await employee(103)).toMatchObject({ status: 'active' });
    tenant.sim.clock.set('2026-12-31T23:00:00Z');
    expect((await tenant.withKey('/api/v3/users?id=103')).body.data.items).toEqual([]);
  });

  it('leave, on a day gone by', async () => {
    const { fields } = tenant.sim.edit.leave(103, { lastDay: '2026-11-01' });
    expect(fields.status).toEqual({ before: 'active', after: 'deactivated' });
    expect(await employee(103)).toMatchObject({ status: 'deactivated' });
  });

  it('move, with history', async () => {
    const { fields } = tenant.sim.edit.move(103, {
      departmentId: 4,
      managerId: 112,
      establishmentId: 8,
      costCenterId: 144,
    });
    expect(fields).toEqual({
      department: { before: 31, after: 4 },
      manager: { before: 102, after: 112 },
      establishment: { before: 7, after: 8 },
      'sections.4': { before: 143, after: 144 },
    });
    expect(await user(103, 'departmentId,managerId,legalEntityId,userAxisValues_4[id]')).toEqual({
      departmentID: 4,
      managerID: 112,
      legalEntityID: 8,
      userAxisValues_4: { id: 144 },
    });
    const { items } = (await tenant.withToken('/lucca-api/job-positions?employment.employee.id=103')).body;
    expect(items.map((row: { endsOn: string | null }) => row.endsOn)).toEqual([
      '2026-08-31',
      '2026-11-19',
      null,
    ]);
  });

  it('move, from a day to come', async () => {
    const { fields } = tenant.sim.edit.move(103, { departmentId: 4, from: '2026-12-01' });
    expect(fields).toEqual({});
    expect(await user(103, 'departmentId')).toEqual({ departmentID: 31 });
    tenant.sim.clock.set('2026-12-01T08:00:00Z');
    expect(await user(103, 'departmentId')).toEqual({ departmentID: 4 });
  });

  it('rename', async () => {
    tenant.sim.edit.rename(103, { lastName: 'MARTIN-VIDAL' });
    expect(await user(103, 'name')).toEqual({ name: 'Ada MARTIN-VIDAL' });
    expect(await employee(103)).toMatchObject({ familyName: 'MARTIN-VIDAL' });
  });

  it('change of e-mail', async () => {
    const { fields } = tenant.sim.edit.changeMail(103, null);
    expect(fields).toEqual({ mail: { before: 'ada.martin@acme.example', after: null } });
    expect(await employee(103)).toMatchObject({ email: null });
  });

  it('rehire, on the same person', async () => {
    const { fields } = tenant.sim.edit.rehire(116, { departmentId: 4 });
    expect(fields).toMatchObject({
      status: { before: 'deactivated', after: 'active' },
      contractStart: { before: '2014-03-03', after: '2026-11-20' },
    });
    expect((await tenant.withToken('/lucca-api/employments?employee.id=116')).body.items).toHaveLength(2);
  });

  it('deletion', async () => {
    const { fields } = tenant.sim.edit.remove(103);
    expect(fields.mail).toEqual({ before: 'ada.martin@acme.example', after: null });
    expect((await tenant.withKey('/api/v3/users/103')).status).toBe(500);
    expect((await tenant.withToken('/lucca-api/employees/103')).status).toBe(404);
    // References to the person stay behind.
    expect(await user(104, 'managerId,manager')).toEqual({ managerID: 103, manager: null });
  });

  it('any other field', async () => {
    tenant.sim.edit.edit(103, { cultureId: 1033, custom: { e_badge: 'B-1' } });
    expect(await user(103, 'cultureId,extendedData')).toEqual({
      cultureID: 1033,
      extendedData: { e_badge: { value: 'B-1' } },
    });
  });

  it('departments, sections and establishments', async () => {
    tenant.sim.edit.editDepartment(31, { name: 'Données' });
    tenant.sim.edit.editDepartment(70, { name: 'Nouveau', parentId: 3 });
    tenant.sim.edit.editSection(143, { active: false });
    tenant.sim.edit.editEstablishment(7, { timeZone: 'Asia/Tokyo' });
    expect(await user(103, 'department[name]')).toEqual({ department: { name: 'Données' } });
    expect((await tenant.withToken('/lucca-api/departments/70')).body).toMatchObject({
      level: 3,
      parent: { id: '3' },
    });
    const sections = await tenant.withKey('/api/v3/axisSections?id=143');
    expect(sections.body.data.items).toEqual([]);
    expect((await tenant.withToken('/lucca-api/business-establishments/7')).body.timezoneId).toBe(
      'Asia/Tokyo',
    );
  });
});

describe('modifiedAt', () => {
  it('moves with the person', async () => {
    tenant.sim.edit.rename(103, { firstName: 'Ada-Rose' });
    expect(await user(103, 'modifiedAt')).toEqual({ modifiedAt: '2026-11-20T11:00:00' });
  });

  it('stands still when only a cost centre or a custom field changes', async () => {
    tenant.sim.edit.move(103, { costCenterId: 144 });
    tenant.sim.edit.edit(103, { custom: {} });
    expect(await user(103, 'modifiedAt')).toEqual({ modifiedAt: '2026-09-01T09:30:00' });
  });

  it('stands still when only time passes', async () => {
    tenant.sim.clock.advance({ days: 60 });
    expect(await user(119, 'modifiedAt')).toEqual({ modifiedAt: '2026-09-01T09:30:00' });
  });
});

it('takes undefined for left out', () => {
  expect(tenant.sim.edit.move(103, { departmentId: undefined, managerId: 112 }).fields).toEqual({
    manager: { before: 102, after: 112 },
  });
  expect(tenant.sim.edit.rename(103, { firstName: undefined }).fields).toEqual({});
});

describe('an edit that makes no sense is refused', () => {
  it.each([
    ['nobody has that id', () => tenant.sim.edit.leave(999)],
    ['a rehire of somebody who is there', () => tenant.sim.edit.rehire(103)],
    ['a move to an unknown department', () => tenant.sim.edit.move(103, { departmentId: 999 })],
    ['a move outside the contract', () => tenant.sim.edit.move(119, { departmentId: 4, from: '2027-06-01' })],
    ['a leave before the start', () => tenant.sim.edit.leave(118, { lastDay: '2026-11-20' })],
  ])('%s', (_, edit) => {
    expect(edit).toThrow(expect.objectContaining({ code: 'SIMULATED_EDIT_REFUSED' }));
  });
});

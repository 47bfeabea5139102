import { expect, it } from 'vitest';
import { openTenant } from './tenant.js';

it('both ways in show the same people with the same data', async () => {
  const tenant = await openTenant();
  const fields =
    'id,firstName,lastName,mail,employeeNumber,externalId,directLine,jobTitle,dtContractStart,dtContractEnd,' +
    'departmentId,managerId,legalEntityId,legalEntity[legalUnit[id]],gender,birthDate,personalMobile,personalEmail';
  const users = await tenant.withKey(`/api/v3/users?formerEmployees=true&paging=0,1000&fields=${fields}`);
  const contracts = await tenant.withKey('/directory/api/4.0/work-contracts?isApplicable=true&limit=1000');
  const employees = await tenant.withToken('/lucca-api/employees?limit=100&include=embedded');
  const records = await tenant.withToken('/lucca-api/employee-personal-records?limit=100');

  const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
  const day = (value: unknown) => text(value)?.slice(0, 10) ?? null;
  const typeOf = new Map(
    contracts.body.items.map((row: { ownerId: number; typeId: number }) => [row.ownerId, row.typeId]),
  );
  const genders: Record<string, string> = {
    Undefined: 'unknown',
    Male: 'male',
    Female: 'female',
    Misc: 'diverse',
  };
  const legacy = users.body.data.items.map((row: Record<string, never>) => ({
    id: text(row.id),
    names: [row.firstName, row.lastName],
    email: row.mail,
    employeeNumber: row.employeeNumber,
    remoteId: row.externalId,
    phone: row.directLine,
    title: row.jobTitle,
    contract: [day(row.dtContractStart), day(row.dtContractEnd), text(typeOf.get(row.id))],
    department: text(row.departmentID),
    manager: text(row.managerID),
    establishment: text(row.legalEntityID),
    personal: [genders[row.gender ?? ''], day(row.birthDate), row.personalMobile, row.personalEmail],
  }));
  const { employment, 'job-position': jobPosition } = employees.body.embedded;
  const current = employees.body.items.map((row: Record<string, { id: string }>, index: number) => {
    const contract = employment[row.applicableEmployment?.id ?? ''];
    const position = jobPosition[row.applicableJobPosition?.id ?? ''];
    const record = records.body.items[index];
    return {
      id: row.id,
      names: [row.givenName, row.familyName],
      email: row.email,
      employeeNumber: row.employeeNumber,
      remoteId: row.remoteId,
      phone: row.phoneNumber,
      title: position.jobTitle,
      contract: [contract.start.date, contract.end?.date ?? null, contract.template.id],
      department: position.department?.id ?? null,
      manager: position.manager?.id ?? null,
      establishment: position.businessEstablishment.id,
      personal: [record.legalGender, record.birthDate, record.phoneNumber, record.email],
    };
  });
  expect(current).toEqual(legacy);
  expect(current).toHaveLength(36);
  await tenant.close();
});

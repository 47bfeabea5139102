import type { Person } from '../../../src/lucca/directory.js';

/** A person of whom Lucca says nothing but what is given. */
export function personWith(fields: Partial<Person>): Person {
  return {
    id: '1',
    remoteId: null,
    firstName: null,
    lastName: null,
    displayName: null,
    login: null,
    email: null,
    employeeNumber: null,
    jobTitle: null,
    workPhone: null,
    mobilePhone: null,
    cultureId: null,
    gender: null,
    birthDate: null,
    personalEmail: null,
    personalPhone: null,
    managerId: null,
    departmentId: null,
    establishmentId: null,
    legalEntityId: null,
    sections: {},
    contract: null,
    status: null,
    customFields: {},
    modifiedAt: null,
    ...fields,
  };
}

/** A person as a flat list of what a reader sees today. */
import type { JsonObject } from '../../json.js';
import type { Calendar } from './calendar.js';
import type { Person } from './company.js';

/** Ids for references; `sections.{axis}` and `custom.{field}` for each value there is. */
export function describePerson(calendar: Calendar, person: Person): JsonObject {
  const { status, employment, position } = calendar.standing(person);
  const { establishmentId, departmentId, managerId, jobTitle } = position.position;
  const prefixed = (prefix: string, values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
  return {
    firstName: person.firstName,
    lastName: person.lastName,
    login: person.login,
    mail: person.mail,
    employeeNumber: person.employeeNumber,
    remoteId: person.remoteId,
    directLine: person.directLine,
    professionalMobile: person.professionalMobile,
    cultureId: person.cultureId,
    gender: person.gender,
    status,
    contractType: employment.contractTypeId,
    contractStart: employment.start,
    contractEnd: employment.end,
    establishment: establishmentId,
    department: departmentId,
    manager: managerId,
    jobTitle,
    ...prefixed('sections', person.sections),
    ...prefixed('custom', person.custom),
  };
}

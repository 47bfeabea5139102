/** What must hold inside a company for both views to make sense of it. */
import type { Company, Person } from './company.js';

/**
 * Lists, in words, references that point to no unit, repeated ids and overlapping contracts; empty when all is well.
 * Managers, heads and section owners may point to nobody: real directories have such references.
 */
export function findBrokenReferences(company: Company): string[] {
  const faults: string[] = [];
  const ids = (name: string, rows: readonly { id: number | string }[]): Set<number | string> => {
    const seen = new Set<number | string>();
    for (const row of rows) {
      if (seen.has(row.id)) faults.push(`${name} ${row.id} is there twice`);
      seen.add(row.id);
    }
    return seen;
  };
  const check = (known: Set<number | string>, id: number | null, what: string) => {
    if (id !== null && !known.has(id)) faults.push(`${what} ${id} does not exist`);
  };

  const legalEntities = ids('legal entity', company.legalEntities);
  const establishments = ids('establishment', company.establishments);
  const departments = ids('department', company.departments);
  const axes = ids('axis', company.axes);
  const sections = ids('section', company.sections);
  const contractTypes = ids('contract type', company.contractTypes);
  const professions = ids('profession', company.professions);
  const qualifications = ids('job qualification', company.jobQualifications);
  const categories = ids('occupation category', company.occupationCategories);
  const roles = ids('role', company.roles);
  const customFields = ids('custom field', company.customFields);
  ids(
    'list entry',
    company.customFields.flatMap((field) => field.entries),
  );
  ids('person', company.people);
  const employments = company.people.flatMap((person) => person.employments);
  ids('employment', employments);
  ids(
    'position',
    employments.flatMap((employment) => employment.positions),
  );

  check(axes, company.costCenterAxisId, 'the cost centre axis');
  for (const row of company.establishments) {
    check(legalEntities, row.legalEntityId, `establishment ${row.id}: legal entity`);
  }
  for (const row of company.departments) check(departments, row.parentId, `department ${row.id}: parent`);
  for (const row of company.sections) check(axes, row.axisId, `section ${row.id}: axis`);
  for (const row of company.jobQualifications) {
    check(professions, row.professionId, `job qualification ${row.id}: profession`);
  }
  for (const person of company.people) {
    const who = `person ${person.id}`;
    check(roles, person.roleId, `${who}: role`);
    for (const section of Object.values(person.sections)) check(sections, section, `${who}: section`);
    for (const field of Object.keys(person.custom)) {
      if (!customFields.has(field)) faults.push(`${who}: custom field ${field} is not declared`);
    }
    for (const employment of person.employments) {
      check(contractTypes, employment.contractTypeId, `${who}: contract type`);
      for (const position of employment.positions) {
        check(establishments, position.establishmentId, `${who}: establishment`);
        check(departments, position.departmentId, `${who}: department`);
        check(qualifications, position.jobQualificationId, `${who}: job qualification`);
        check(categories, position.occupationCategoryId, `${who}: occupation category`);
      }
    }
    faults.push(...findDisorder(person));
  }
  return faults;
}

/** Contracts in order and apart from one another; positions in order, the first on the contract's first day. */
function findDisorder(person: Person): string[] {
  const faults: string[] = [];
  let previousEnd = '';
  for (const { id, start, end, positions } of person.employments) {
    if (start <= previousEnd) faults.push(`person ${person.id}: employment ${id} overlaps the one before it`);
    previousEnd = end ?? '9999-12-31';
    if (positions[0]?.startsOn !== start) {
      faults.push(`person ${person.id}: the first position of employment ${id} must start on ${start}`);
    }
    const starts = positions.map((position) => position.startsOn);
    if (starts.some((startsOn, index) => index > 0 && startsOn <= (starts[index - 1] ?? ''))) {
      faults.push(`person ${person.id}: the positions of employment ${id} are out of order`);
    }
  }
  return faults;
}

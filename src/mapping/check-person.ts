/** What is missing or out of order in the record of a person, said with the remedy (R7). */
import type { JsonObject } from '../json.js';
import type { Scene } from './scene.js';

/**
 * Reports what the person whom the scene shows lacks, and references to units that are unknown or out of use.
 * @param attributes what the mapping made of the person
 */
export function checkPerson(scene: Scene, attributes: JsonObject): void {
  const { person } = scene;
  if (person === null) return;
  if (attributes.userName === undefined) {
    // Many joiners get their address with their first day.
    const severity = scene.lifecycle?.state === 'upcoming' ? 'info' : undefined;
    scene.report(person.email === null ? 'MISSING_EMAIL' : 'MISSING_USERNAME', '', severity);
  }
  if (person.firstName === null) scene.report('MISSING_FIRST_NAME');
  if (person.lastName === null) scene.report('MISSING_LAST_NAME');
  checkUnits(scene);
}

function checkUnits(scene: Scene): void {
  const { person, units, department, costCenter } = scene;
  if (person === null) return;
  const { departmentId, establishmentId, legalEntityId, sections } = person;
  if (departmentId !== null) {
    if (department === null) scene.report('UNKNOWN_DEPARTMENT', departmentId);
    else if (department.archived) scene.report('ARCHIVED_DEPARTMENT', departmentId);
  }
  const sectionId = units.costCenterAxisId === null ? undefined : sections[units.costCenterAxisId];
  if (sectionId !== undefined) {
    if (costCenter === null) scene.report('UNKNOWN_COST_CENTER', sectionId);
    else if (costCenter.archived) scene.report('EXPIRED_COST_CENTER', sectionId);
  }
  if (establishmentId !== null && scene.establishment === null) {
    scene.report('UNKNOWN_ESTABLISHMENT', establishmentId);
  }
  if (legalEntityId !== null && !units.legalEntities.has(legalEntityId)) {
    scene.report('UNKNOWN_LEGAL_ENTITY', legalEntityId);
  }
}

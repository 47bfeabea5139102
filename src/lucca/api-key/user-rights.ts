/** Which permission of the API key's role shows which field of a user (reference page, section 8.1). */
import type { TrackedField } from '../presence.js';

const CONSULT = 'consult users, to the role of the API key';
const CONTRACTS = "consult employees' contractual information, to the role of the API key";
/** Shows custom and personal fields. */
export const HR_FILES =
  'consult HR files, with the section that holds the field selected, to the role of the API key';

export const USER_FIELDS: readonly TrackedField[] = [
  { field: 'email', key: 'mail', right: CONSULT, neverAllEmpty: true },
  { field: 'employeeNumber', key: 'employeeNumber', right: CONSULT, neverAllEmpty: false },
  { field: 'contract.start', key: 'dtContractStart', right: CONTRACTS, neverAllEmpty: true },
  { field: 'contract.end', key: 'dtContractEnd', right: CONTRACTS, neverAllEmpty: false },
  { field: 'establishmentId', key: 'legalEntityId', right: CONSULT, neverAllEmpty: true },
  { field: 'departmentId', key: 'departmentId', right: CONSULT, neverAllEmpty: true },
  {
    field: 'managerId',
    key: 'managerId',
    right: 'view managers, to the role of the API key',
    neverAllEmpty: true,
  },
  { field: 'jobTitle', key: 'jobTitle', right: 'view jobs, to the role of the API key', neverAllEmpty: true },
];

/** Values of the analytical axes, cost centres among them. */
export const AXIS_VALUES: TrackedField = {
  field: 'sections',
  key: 'userAxisValues',
  right:
    'see the analytical axes, to the role of the API key; and tick the axis as shown in the employee record',
  neverAllEmpty: false,
};

export const PERSONAL_FIELDS: readonly TrackedField[] = [
  { field: 'gender', key: 'gender', right: HR_FILES, neverAllEmpty: false },
  { field: 'birthDate', key: 'birthDate', right: HR_FILES, neverAllEmpty: false },
  { field: 'personalEmail', key: 'personalEmail', right: HR_FILES, neverAllEmpty: false },
  { field: 'personalPhone', key: 'personalMobile', right: HR_FILES, neverAllEmpty: false },
];

/** The enterprise extension of User (RFC 7643 section 4.3). */
import { ENTERPRISE_USER, type Schema } from '../schema.js';
import { complex, exact, reference, string } from './define.js';

export const enterpriseUserSchema: Schema = {
  id: ENTERPRISE_USER,
  name: 'EnterpriseUser',
  description: 'Enterprise user',
  attributes: [
    string('employeeNumber', 'Number of the employee in the organisation.'),
    string('costCenter', 'Name of the cost centre.'),
    string('organization', 'Name of the organisation.'),
    string('division', 'Name of the division.'),
    string('department', 'Name of the department.'),
    complex('manager', 'Manager of the user.', [
      exact('value', 'Id of the manager.'),
      reference('$ref', ['User'], 'Address of the manager.'),
      string('displayName', 'Name of the manager.', { mutability: 'readOnly' }),
    ]),
  ],
};

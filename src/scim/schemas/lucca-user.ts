/** What Lucca knows about a person beyond the standard schemas. Lucca fills it; any source may assert it. */
import type { JsonValue } from '../../json.js';
import { LUCCA_USER, type Schema } from '../schema.js';
import { complex, exact, plural, string } from './define.js';

const value = exact('value', 'Lucca id.');
const code = exact('code', 'Code in Lucca.');
const display = string('display', 'Name in Lucca.');
const onRequest = { returned: 'request' } as const;

export const luccaUserSchema: Schema = {
  id: LUCCA_USER,
  name: 'LuccaUser',
  description: 'Person in the Lucca directory',
  attributes: [
    exact('luccaId', 'Lucca id of the person.'),
    exact('employeeRemoteId', "The integrator's own key of the person in Lucca."),
    string('status', 'Where the person stands today.', {
      canonicalValues: ['upcoming', 'active', 'left', 'unknown'],
    }),
    complex('establishment', 'Site (SIRET level).', [value, code, display]),
    complex('legalEntity', 'Company (SIREN level).', [value, code, display]),
    exact('departmentId', 'Lucca id of the department.'),
    string('departmentPath', 'Names from the root department down, e.g. "Acme / R&D / Data".'),
    complex('costCenter', 'Cost centre.', [value, code, display]),
    complex('contractType', 'Type of the applicable contract.', [value, display]),
    // Strings, because a contract begins and ends on a local date: a dateTime would pin it to an instant in some zone.
    string('contractStart', 'First day of the contract, YYYY-MM-DD, local to the establishment.'),
    string(
      'contractEnd',
      'Last day worked, YYYY-MM-DD, local to the establishment; absent while open-ended.',
    ),
    plural('axes', 'Analytical sections of the person.', [
      exact('axis', 'Lucca id of the axis.'),
      value,
      code,
      display,
    ]),
    plural('customFields', 'Custom fields of the person.', [
      exact('name', 'Name of the field in Lucca, e.g. "e_badge".'),
      exact('value', 'Value as text.'),
      string('type', 'Type of the value.'),
    ]),
    string('gender', 'Gender.', { ...onRequest, canonicalValues: ['male', 'female', 'other'] }),
    string('birthDate', 'Date of birth, YYYY-MM-DD.', onRequest),
    string('personalEmail', 'Private e-mail address.', onRequest),
    string('personalPhone', 'Private phone number.', onRequest),
  ],
};

/** A Lucca object referred to: its Lucca id, code and name. */
export interface LuccaReference {
  value?: string;
  code?: string;
  display?: string;
}

/** The Lucca extension container of a User, in its canonical form. */
export interface LuccaUser {
  luccaId?: string;
  employeeRemoteId?: string;
  status?: 'upcoming' | 'active' | 'left' | 'unknown';
  establishment?: LuccaReference;
  legalEntity?: LuccaReference;
  departmentId?: string;
  departmentPath?: string;
  costCenter?: LuccaReference;
  contractType?: Omit<LuccaReference, 'code'>;
  /** `YYYY-MM-DD`. */
  contractStart?: string;
  /** `YYYY-MM-DD`, last day worked. */
  contractEnd?: string;
  axes?: (LuccaReference & { axis: string })[];
  customFields?: { name: string; value?: string; type?: string }[];
  gender?: string;
  birthDate?: string;
  personalEmail?: string;
  personalPhone?: string;
}

/**
 * The Lucca extension of a User resource, typed; undefined when the resource has none.
 * The resource must be canonical (as the bridge serves it): nothing is checked again.
 */
export function readLuccaUser(
  resource: Readonly<Record<string, JsonValue | undefined>>,
): LuccaUser | undefined {
  return Object.hasOwn(resource, LUCCA_USER) ? (resource[LUCCA_USER] as LuccaUser) : undefined;
}

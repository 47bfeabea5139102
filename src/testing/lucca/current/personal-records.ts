/** `/lucca-api/employee-personal-records`: private data, under a scope of its own. */
import type { Gender, Person } from '../company.js';
import { findCountry } from '../countries.js';
import { isSeenByOAuth } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { employeeKind } from './employees.js';
import { embed, type Kind, lazy, refer } from './kind.js';

const TITLES: Record<Gender, string> = {
  unknown: 'unknown',
  male: 'mister',
  female: 'miss',
  diverse: 'unknown',
};

export function personalRecordKind(sim: Simulation): Kind<Person> {
  const employees = lazy(() => employeeKind(sim));
  const countryOf = (row: Person) => (row.nationality === null ? null : findCountry(row.nationality).alpha3);
  return {
    type: 'employee-personal-record',
    scope: 'employee-personal-records.readonly',
    rows: () => sim.state.people().filter((row) => isSeenByOAuth(row, sim.calendar, sim.rights.oauth)),
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {
      'employee.id': { type: 'text', read: (row) => String(row.id) },
      legalGender: {
        type: 'text',
        oneOf: ['unknown', 'male', 'female', 'diverse'],
        read: (row) => row.gender,
      },
      nationalitiesCountryCodes: { type: 'text', read: countryOf },
    },
    show(row) {
      const country = countryOf(row);
      return {
        employee: refer(sim, 'employee', row.id),
        title: TITLES[row.gender],
        legalGender: row.gender,
        birthDate: row.birthDate,
        insuranceNumber: null,
        nationalitiesCountryCodes: country === null ? [] : [country],
        phoneNumber: row.personalMobile,
        email: row.personalEmail,
        bankAccount: null,
      };
    },
    embeds: (row) => [embed(sim, employees(), row)],
  };
}

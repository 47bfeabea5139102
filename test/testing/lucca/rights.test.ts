import { afterEach, describe, expect, it } from 'vitest';
import type { ApiKeyRights, OAuthRights } from '../../../src/testing/lucca/index.js';
import { openTenant, type Tenant } from './tenant.js';

let tenant: Tenant;
afterEach(() => tenant.close());

const rowsOf = (answer: { body: { data?: { items: { id: unknown }[] }; items?: { id: unknown }[] } }) =>
  (answer.body.data?.items ?? answer.body.items ?? []).map((row) => row.id);

describe('a right that the API key lacks', () => {
  const openWith = async (apiKey: Partial<ApiKeyRights>) => {
    tenant = await openTenant({ rights: { apiKey } });
    return tenant;
  };

  it('hides joiners without a word', async () => {
    const { withKey } = await openWith({ futureEmployees: false });
    expect(rowsOf(await withKey('/api/v3/users?id=101,118,122'))).toEqual([101]);
    expect((await withKey('/api/v3/users/118')).status).toBe(500);
  });

  it('hides leavers even when asked for', async () => {
    const { withKey } = await openWith({ formerEmployees: false });
    expect(rowsOf(await withKey('/api/v3/users?formerEmployees=true&id=101,116,136'))).toEqual([101]);
  });

  it.each<[string, Partial<ApiKeyRights>, string[]]>([
    ['managers', { managers: false }, ['managerID', 'manager']],
    ['job titles', { jobTitles: false }, ['jobTitle']],
    ['departments', { departments: false }, ['departmentID', 'department']],
    ['contract dates', { contracts: false }, ['dtContractStart', 'dtContractEnd']],
    ['personal fields', { personalFields: false }, ['gender', 'birthDate', 'personalMobile', 'nationality']],
    ['axis values', { axes: false }, ['userAxisValues_4', 'userAxisValues_7']],
  ])('leaves %s out without an error', async (_, rights, names) => {
    const { withKey, sim } = await openWith(rights);
    const path = `/api/v3/users/103?fields=id,mail,${names.join()}`;
    const poor = (await withKey(path)).body.data;
    expect(Object.keys(poor)).toEqual(['id', 'mail']);
    sim.setRights({
      apiKey: {
        managers: true,
        jobTitles: true,
        departments: true,
        contracts: true,
        personalFields: true,
        axes: true,
      },
    });
    expect(Object.keys((await withKey(path)).body.data)).toEqual(['id', 'mail', ...names]);
  });

  it('leaves out the custom fields of HR-file sections that were not ticked', async () => {
    const { withKey } = await openWith({ hrFileSections: ['badge'] });
    const { extendedData } = (await withKey('/api/v3/users/103?fields=extendedData')).body.data;
    expect(Object.keys(extendedData)).toEqual(['e_badge', 'e_shirt']);
    expect(rowsOf(await withKey('/api/v3/extensionuserdefinitions'))).toEqual(['e_badge', 'e_shirt']);
  });

  it('empties the lists of axes, structure and contracts', async () => {
    const { withKey } = await openWith({ axes: false, structure: false, contracts: false });
    expect(rowsOf(await withKey('/api/v3/axes'))).toEqual([]);
    expect(rowsOf(await withKey('/api/v3/axisSections?axisId=4'))).toEqual([]);
    expect(rowsOf(await withKey('/organization/structure/api/departments'))).toEqual([]);
    expect(rowsOf(await withKey('/directory/api/4.0/work-contracts'))).toEqual([]);
  });

  it('narrows people and contracts down to a perimeter of establishments', async () => {
    const { withKey } = await openWith({ establishments: [9, 10] });
    expect(rowsOf(await withKey('/api/v3/users'))).toEqual([129, 130]);
    expect(rowsOf(await withKey('/directory/api/4.0/work-contracts'))).toEqual([1129, 1130]);
  });

  it('hides everybody when it is the right to consult users', async () => {
    const { withKey } = await openWith({ users: false });
    expect((await withKey('/api/v3/users?fields=id,collection.count')).body.data).toEqual({
      items: [],
      count: 0,
    });
  });
});

describe('a right that the OAuth client lacks', () => {
  const openWith = async (oauth: Partial<OAuthRights>) => {
    tenant = await openTenant({ rights: { oauth } });
    return tenant;
  };

  it('narrows people, contracts, positions and sites down to its establishments', async () => {
    const { withToken } = await openWith({ establishments: [9, 10] });
    expect(rowsOf(await withToken('/lucca-api/employees'))).toEqual(['129', '130']);
    expect(rowsOf(await withToken('/lucca-api/employments'))).toEqual(['1129', '1130']);
    expect(rowsOf(await withToken('/lucca-api/job-positions'))).toEqual(['2129', '2130']);
    expect(rowsOf(await withToken('/lucca-api/business-establishments'))).toEqual(['9', '10']);
    expect(rowsOf(await withToken('/lucca-api/legal-entities'))).toEqual(['3', '4']);
    expect((await withToken('/lucca-api/employees/103')).status).toBe(404);
  });

  it('does not narrow departments down', async () => {
    const { withToken } = await openWith({ establishments: [9] });
    expect((await withToken('/lucca-api/departments?limit=0&include=totalCount')).body.totalCount).toBe(18);
  });

  it('hides the attributes whose claim is missing', async () => {
    const { withToken } = await openWith({ claims: ['badge'] });
    const path =
      '/lucca-api/employee-attributes?employee=103&definition.id=e_badge,e_mentor,personal.birthDate';
    expect((await withToken(path)).body.items.map((row: { value: unknown }) => row.value)).toEqual(['B-778']);
    const definitions = rowsOf(await withToken('/lucca-api/employee-attribute-definitions?limit=100'));
    expect(definitions).toContain('e_shirt');
    expect(definitions).not.toContain('e_mentor');
    expect(definitions).not.toContain('personal.legalGender');
  });

  it('is a 403 when it is a scope', async () => {
    const { withToken, sim } = await openWith({});
    expect((await withToken('/lucca-api/employees')).status).toBe(200);
    sim.setRights({ oauth: { scopes: ['departments.readonly'] } });
    expect((await withToken('/lucca-api/employees')).status).toBe(403);
    expect((await withToken('/lucca-api/departments')).status).toBe(200);
  });
});

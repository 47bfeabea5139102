import { expect, it } from 'vitest';
import { newPerson } from '../../src/identity/assertion.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { createManagerNaming } from '../../src/sync/present-managers.js';

const AT = '2026-11-20T12:00:00.000Z';
const reportTo = (value: string) => ({ title: 'Buyer', [ENTERPRISE_USER]: { manager: { value } } });

it('A manager who is named by a former id gets the present one, everybody else stays as they are', () => {
  const name = createManagerNaming([{ ...newPerson('p1', AT), aliases: ['p0', 'p00'] }, newPerson('p2', AT)]);
  expect(name(reportTo('p0'))).toEqual(reportTo('p1'));
  expect(name(reportTo('p00'))).toEqual(reportTo('p1'));
  for (const attributes of [reportTo('p1'), reportTo('p2'), reportTo('gone'), { title: 'Buyer' }]) {
    expect(name(attributes)).toBe(attributes);
  }
});

import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/lucca/directory.js';
import { translate } from '../../src/mapping/translate.js';
import { LUCCA_USER } from '../../src/scim/schema.js';
import { directoryOf, linesOf, NOW, packagedMapping, readableIds, translateFragment } from './fragment.js';

describe('a translation', () => {
  it('goes on past records that no reader should let through', () => {
    const broken = [{ id: '1' }, { id: '2', contract: null, sections: null }] as unknown as Person[];
    const people = [{ id: '3', email: 'ada@acme.example', managerId: '2' }];
    const directory = directoryOf({ people, costCenterAxisId: '4' });
    const translation = translate(
      { ...directory, people: [...broken, ...directory.people] },
      { mapping: packagedMapping, at: NOW, ids: readableIds },
    );
    expect(translation.users.map(({ luccaId }) => luccaId)).toEqual(['3']);
    expect(linesOf(translation)).toEqual(
      expect.arrayContaining(['error TRANSLATION_FAILED person 1', 'error TRANSLATION_FAILED person 2']),
    );
  });

  it('builds the reference to a unit once for all its people', () => {
    const { users } = translateFragment({
      people: ['1', '2', '3'].map((id) => ({ id, establishmentId: id === '3' ? '8' : '7' })),
      establishments: { 7: { name: 'Lyon' }, 8: { name: 'Paris' } },
    });
    const [first, second, third] = users.map(
      ({ attributes }) => (attributes[LUCCA_USER] as Record<string, unknown>).establishment,
    );
    expect(first).toEqual({ value: '7', display: 'Lyon' });
    expect(second).toBe(first);
    expect(third).toEqual({ value: '8', display: 'Paris' });
  });

  it('starts anew with each directory: what a unit was called before is forgotten', () => {
    const nameOf = (name: string) =>
      translateFragment({
        people: [{ id: '1', establishmentId: '7' }],
        establishments: { 7: { name } },
      }).users[0]?.attributes[LUCCA_USER];
    expect(nameOf('Lyon')).toMatchObject({ establishment: { display: 'Lyon' } });
    expect(nameOf('Lyon Sud')).toMatchObject({ establishment: { display: 'Lyon Sud' } });
  });
});

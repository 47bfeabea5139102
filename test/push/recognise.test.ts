import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { isAnother, isSame } from '../../src/push/recognise.js';

const ines: JsonObject = {
  externalId: '1009',
  userName: 'ines.moreau@acme.example',
  name: { givenName: 'Inès', familyName: 'Moreau' },
  emails: [{ value: 'ines.moreau@acme.example', type: 'work' }],
};
const max: JsonObject = {
  externalId: '1010',
  userName: 'max.grand@acme.example',
  name: { givenName: 'Max', familyName: 'Grand' },
  emails: [{ value: 'max.grand@acme.example', type: 'work' }],
};
const sales: JsonObject = { externalId: 'department:5', displayName: 'Ventes & Marketing' };

describe('a resource that a target shows', () => {
  it.each<[string, JsonObject, JsonObject, boolean | undefined]>([
    ['has the externalId, whatever became of the rest', ines, { externalId: '1009', userName: 'x1' }, true],
    ['has an externalId of its own', ines, { ...ines, externalId: 'z-77' }, true],
    ['has the userName in another case', ines, { userName: 'Ines.Moreau@ACME.example' }, true],
    ['has the userName cut off', ines, { userName: 'ines.moreau' }, true],
    ['has another userName, and the e-mail', ines, { userName: 'u77', emails: ines.emails ?? [] }, true],
    ['has another userName, and the name', ines, { userName: 'u77', name: ines.name ?? {} }, true],
    ['shows nothing but an id', ines, { id: 'u77' }, undefined],
    ["is somebody else's", ines, max, false],
    ["is somebody else's, without externalId", ines, { ...max, externalId: null }, false],
    ['is a namesake', ines, { ...max, name: ines.name ?? {} }, false],
    [
      'has the beginning of the userName, and another name',
      ines,
      { userName: 'ines', name: max.name ?? {} },
      false,
    ],
    ['is a group, its name written in another way', sales, { displayName: 'ventes-marketing' }, true],
    ['is another group', sales, { displayName: 'Finance' }, false],
    ['is another group of that name', sales, { externalId: 'section:7', displayName: 'Finance' }, false],
  ])('%s', (_, sent, shown, same) => {
    expect(isSame(sent, shown)).toBe(same);
  });

  it('under another id is another one, unless it has our keys', () => {
    expect(isAnother({ ...max, id: 'u1' }, 'u5', ines)).toBe(true);
    expect(isAnother({ id: 'u1' }, 'u5', ines)).toBe(true);
    expect(isAnother({ ...max, id: 'U5' }, 'u5', ines)).toBe(false);
    expect(isAnother({ ...max, id: 5 }, '5', ines)).toBe(false);
    expect(isAnother({ ...ines, id: 'ines.moreau@acme.example' }, 'ines.martin@acme.example', ines)).toBe(
      false,
    );
    expect(isAnother(max, 'u5', ines)).toBe(false);
  });
});

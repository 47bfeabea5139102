import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { day, id, optionalText, recordReader } from '../../src/lucca/record.js';

const read = recordReader(
  z.object({ id, managerId: id.nullish(), mail: optionalText, start: day.nullish() }),
);

describe('a row of Lucca', () => {
  it('is understood in any letter case of its keys, and loses what nobody asked for', () => {
    const row = { ID: 7, managerID: 12, Mail: 'a@acme.example', position: 1e20, constructor: 'x' };
    expect(read(row)).toEqual({
      ok: true,
      id: '7',
      value: { id: '7', managerId: '12', mail: 'a@acme.example' },
    });
  });

  it('keeps null apart from absent', () => {
    expect(read({ id: '7', mail: null })).toEqual({ ok: true, id: '7', value: { id: '7', mail: null } });
  });

  it.each([
    [{ id: 7, mail: 42 }, '7', 'mail: '],
    [{ id: 7, managerId: { id: 12 } }, '7', 'managerId: '],
    [{ id: 7.5 }, null, 'id: '],
    [{ mail: 'a@acme.example' }, null, 'id: '],
    [null, null, 'not an object'],
    [[1], null, 'not an object'],
  ])('that does not fit is refused by field, without its value: %j', (row, key, problem) => {
    const parsed = read(row);
    expect(parsed).toMatchObject({ ok: false, id: key });
    expect(parsed.ok ? '' : parsed.problem).toContain(problem);
    expect(parsed.ok ? '' : parsed.problem).not.toContain('42');
  });
});

describe('a date', () => {
  it.each([
    ['2026-11-20', '2026-11-20'],
    ['2026-11-20T00:00:00', '2026-11-20'],
    ['2024-02-29T00:00:00', '2024-02-29'],
    ['2000-02-29', '2000-02-29'],
    ['9999-12-31T00:00:00', '9999-12-31'],
  ])('%s is %s', (given, expected) => {
    expect(read({ id: 1, start: given })).toMatchObject({ value: { start: expected } });
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-11-00',
    '20/11/2026',
    'today',
    '',
  ])('%j is none', (given) => {
    expect(read({ id: 1, start: given })).toMatchObject({ ok: false, problem: 'start: expected a date' });
  });
});

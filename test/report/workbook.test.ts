import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/push/plan/operation.js';
import { rowsOf } from '../../src/report/rows.js';
import { writeWorkbook } from '../../src/report/workbook.js';
import { desired, group } from '../push/people.js';
import { plan } from '../push/pretend.js';

const HOSTILE = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '<b>&"\'',
  'a\u0000b\u001f',
  '\ud800',
  'é'.repeat(40_000),
];

function hostilePlan(target = 'travel'): Plan {
  const users = HOSTILE.map((title, index) => desired({ id: `p${index}`, familyName: title, title }));
  return { ...plan({ users, groups: [group('1', '=cmd|calc', ['p0'])] }), target };
}

async function partsOf(plans: Plan[]): Promise<Record<string, string>> {
  const parts = unzipSync(new Uint8Array(await writeWorkbook(plans)));
  return Object.fromEntries(
    Object.entries(parts).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  );
}

describe('a plan as a spreadsheet', () => {
  it('holds no formula, whatever people are called', async () => {
    const parts = await partsOf([hostilePlan()]);
    const sheets = Object.entries(parts).filter(([name]) => /sheet\d+\.xml$/.test(name));
    expect(sheets).toHaveLength(2);
    for (const [, xml] of sheets) expect(xml).not.toMatch(/<f[ >]/);
    const words = Object.values(parts).join('');
    for (const begun of ['=1+1', '+1', '-1', '@SUM(A1)']) {
      expect(words).toContain(`'${begun}`.replace("'", words.includes('&apos;') ? '&apos;' : "'"));
      expect(words).not.toContain(`>${begun}<`);
    }
  });

  it('is well-formed XML: what has no place there is left out', async () => {
    const words = Object.values(await partsOf([hostilePlan()])).join('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looked for
    expect(words).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(words).toContain('&lt;b&gt;&amp;');
  });

  it('has a sheet for each target, whatever its name', async () => {
    const long = 'a-very-long-name-of-a-target-that-nobody-chose';
    const { 'xl/workbook.xml': book = '' } = await partsOf([
      hostilePlan(long),
      hostilePlan(`${long}-2`),
      hostilePlan('totals'),
    ]);
    const names = [...book.matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name = '']) => name);
    expect(names).toHaveLength(4);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(4);
    expect(names.filter((name) => name.length > 31)).toEqual([]);
  });

  it('says per person what, why, before and after', () => {
    const made = plan({
      users: [desired({ id: 'ana', title: 'Buyer' }), desired({ id: 'eva', email: null })],
    });
    const rows = rowsOf(made);
    expect(rows).toContainEqual(
      expect.objectContaining({
        what: 'create-user',
        name: 'Ines Moreau ana',
        why: 'under contract',
        attribute: 'title',
        before: '',
        after: 'Buyer',
      }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({
        what: 'left out',
        code: 'MISSING_EMAIL',
        remedy: expect.stringContaining('e-mail'),
      }),
    );
  });
});

/** Plans as a spreadsheet: a sheet of totals and one sheet of rows for each target. Nothing in it is ever a formula. */
import writeXlsxFile, { type Cell, type Row, type Sheet } from 'write-excel-file/node';
import type { Plan } from '../push/plan/operation.js';
import { type PlanRow, rowsOf } from './rows.js';

/** The headings, in the order of the columns, with the width of each in characters. */
const COLUMNS: readonly (readonly [key: keyof PlanRow, heading: string, width: number])[] = [
  ['what', 'What', 18],
  ['kind', 'Kind', 8],
  ['name', 'Name', 28],
  ['why', 'Why', 48],
  ['attribute', 'Attribute', 28],
  ['before', 'Before', 32],
  ['after', 'After', 32],
  ['code', 'Code', 26],
  ['remedy', 'Remedy', 60],
  ['id', 'Id', 38],
];

/** @returns the bytes of an .xlsx file */
export function writeWorkbook(plans: readonly Plan[]): Promise<Buffer> {
  const names = sheetNames(plans.map(({ target }) => target));
  const sheets: Sheet<Buffer>[] = [
    {
      sheet: 'Totals',
      stickyRowsCount: 1,
      columns: [{ width: 24 }, { width: 40 }, { width: 70 }],
      data: totals(plans),
    },
    ...plans.map((plan, index) => ({
      sheet: names[index] ?? plan.target,
      stickyRowsCount: 1,
      columns: COLUMNS.map(([, , width]) => ({ width })),
      data: [heading(COLUMNS.map(([, title]) => title)), ...rowsOf(plan).map(rowOf)],
    })),
  ];
  return writeXlsxFile(sheets).toBuffer();
}

function rowOf(row: PlanRow): Row {
  return COLUMNS.map(([key]) => text(row[key]));
}

function totals(plans: readonly Plan[]): Row[] {
  const rows = plans.flatMap(({ target, at, hash, summary }) =>
    [
      ['as of', at],
      ['hash', hash],
      ['people in scope', String(summary.people)],
      ['unchanged', String(summary.unchanged)],
      ...Object.entries(summary.operations).map(([kind, count]) => [kind, String(count)]),
      ['memberships added', String(summary.membersAdded)],
      ['memberships removed', String(summary.membersRemoved)],
      ['held back', String(summary.held)],
      ['awaiting approval', String(summary.awaiting)],
      ...Object.entries(summary.skipped).map(([code, count]) => [`left out: ${code}`, String(count)]),
    ].map((cells) => [target, ...cells].map(text)),
  );
  return [heading(['Target', 'What', 'Value']), ...rows];
}

function heading(titles: readonly string[]): Row {
  return titles.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
}

/** The longest text that a cell may hold. */
const LONGEST = 32_767;
/** What XML 1.0 has no way to write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be taken out
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
/** With these a spreadsheet would begin a formula, once the cell is edited or saved as CSV. */
const FORMULA = /^[=+\-@\t\r]/;

/** A cell of type text, whatever it begins with; an apostrophe keeps it text after export to CSV too. */
function text(value: string): Cell {
  if (value === '') return null;
  const clean = value.replace(UNWRITABLE, '').slice(0, LONGEST - 1);
  return { value: FORMULA.test(clean) ? `'${clean}` : clean, type: String };
}

/** At most 31 characters, none of those that Excel refuses, and each name once. */
function sheetNames(targets: readonly string[]): string[] {
  const taken = new Set(['totals']);
  return targets.map((target) => {
    const base = target.replace(/[\\/?*[\]:]/g, '-').slice(0, 28);
    let name = base;
    for (let count = 2; taken.has(name.toLowerCase()); count += 1) name = `${base}-${count}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

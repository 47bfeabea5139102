/** A plan as people like to read it: who, what, why, before and after. Holds names: for screens and files, never for logs. */
import { styleText } from 'node:util';
import { shortPath, showBriefly } from '../report/show-value.js';
import { HELD_REMEDIES } from './guard/hold.js';
import { type Finding, inWords } from './plan/finding.js';
import { listMoves } from './plan/member-names.js';
import type { Held, Operation, OperationKind, Plan } from './plan/operation.js';

type Style = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold';

export interface PrintOptions {
  colour?: boolean;
  /** Operations shown of each kind; the rest is counted. All when left out. */
  most?: number | undefined;
}

interface Look {
  sign: string;
  title: string;
  style: Style;
}

const KINDS: Readonly<Record<OperationKind, Look>> = {
  'create-user': { sign: '+', title: 'Create people', style: 'green' },
  'adopt-user': { sign: '=', title: 'Adopt existing accounts', style: 'cyan' },
  'update-user': { sign: '~', title: 'Update people', style: 'yellow' },
  'reactivate-user': { sign: '^', title: 'Reactivate people', style: 'green' },
  'deactivate-user': { sign: '-', title: 'Deactivate people', style: 'red' },
  'set-manager': { sign: '~', title: 'Set managers', style: 'yellow' },
  'create-group': { sign: '+', title: 'Create groups', style: 'green' },
  'adopt-group': { sign: '=', title: 'Adopt existing groups', style: 'cyan' },
  'update-group': { sign: '~', title: 'Update groups', style: 'yellow' },
  'change-members': { sign: '±', title: 'Change members', style: 'yellow' },
  'release-group': { sign: '-', title: 'Let groups go', style: 'red' },
};

/** The plan as lines of text, ending with a one-line total and the hash by which it can be approved. */
export function printPlan(plan: Plan, options: PrintOptions = {}): string {
  const paint = (style: Style, text: string) =>
    options.colour === true ? styleText(style, text, { validateStream: false }) : text;
  const writing: Writing = {
    most: options.most ?? Number.POSITIVE_INFINITY,
    names: plan.memberNames ?? {},
    paint,
  };
  const lines: string[] = [paint('bold', `Plan for ${plan.target}, as of ${plan.at}`)];
  for (const [kind, look] of Object.entries(KINDS)) {
    const operations = plan.operations.filter((operation) => operation.kind === kind);
    lines.push(
      ...operationLines(
        look,
        operations.filter((one) => !erases(one)),
        writing,
      ),
      ...operationLines({ ...look, title: ERASING[kind] ?? '' }, operations.filter(erases), writing),
    );
  }
  lines.push(...operationLines(AWAITING, plan.awaiting, writing));
  lines.push(...heldLines(plan.held, writing));
  lines.push(
    ...findingLines('Left out', leftOut(plan), writing, namedLines),
    ...findingLines('Worth knowing', plan.notes, writing, countedLines),
  );
  lines.push('', totalLine(plan));
  if (plan.operations.length + plan.awaiting.length > 0) lines.push(`Plan ${plan.hash}`);
  return lines.join('\n');
}

const AWAITING: Look = { sign: '?', title: 'Adopt by e-mail alone, once approved', style: 'cyan' };

/** What cannot be taken back goes by its own name. */
const ERASING: Partial<Record<string, string>> = {
  'deactivate-user': 'DELETE people: their accounts and what they hold are gone for good',
  'release-group': 'DELETE groups',
};

function erases(operation: Operation): boolean {
  return (
    (operation.kind === 'deactivate-user' || operation.kind === 'release-group') &&
    operation.mode === 'delete'
  );
}

interface Writing {
  /** Rows of each kind that are shown. */
  most: number;
  names: Readonly<Record<string, string>>;
  paint: Paint;
}

function operationLines(
  { sign, title, style }: Look,
  operations: readonly Operation[],
  writing: Writing,
): string[] {
  if (operations.length === 0) return [];
  const { most, paint } = writing;
  const shown = operations.slice(0, most);
  const more = operations.length - shown.length;
  return [
    '',
    paint('bold', `${title} (${operations.length})`),
    ...shown.flatMap((operation) => [
      `  ${paint(style, `${sign} ${operation.label}`)}  ${paint('dim', operation.reason)}`,
      ...changeLines(operation, paint),
      ...memberLines(operation, writing),
    ]),
    ...(more > 0 ? [paint('dim', `  … and ${more} more`)] : []),
  ];
}

function heldLines(held: readonly Held[], writing: Writing): string[] {
  if (held.length === 0) return [];
  const { most, paint } = writing;
  const lines = ['', paint('bold', `Held back (${held.length})`)];
  for (const code of new Set(held.map((one) => one.code))) {
    const group = held.filter((one) => one.code === code);
    const shown = group.slice(0, most);
    lines.push(`  ${paint('yellow', code)} ${paint('dim', `→ ${HELD_REMEDIES[code]}`)}`);
    for (const { operation, reason } of shown) {
      const why = paint('dim', `${operation.reason}; ${reason}`);
      lines.push(`      ${paint('red', `! ${operation.label}`)}  ${why}`, ...memberLines(operation, writing));
    }
    if (shown.length < group.length)
      lines.push(paint('dim', `      … and ${group.length - shown.length} more`));
  }
  return lines;
}

type Paint = (style: Style, text: string) => string;

function changeLines(operation: Operation, paint: Paint): string[] {
  const width = Math.max(0, ...operation.changes.map(({ path }) => shortPath(path).length));
  return operation.changes.map((change) => {
    const before =
      change.before === undefined ? paint('dim', 'none') : paint('red', showBriefly(change.before));
    const after =
      change.after === undefined
        ? paint('dim', 'none')
        : paint('green', change.note ?? showBriefly(change.after));
    return `      ${shortPath(change.path).padEnd(width)}  ${before} → ${after}`;
  });
}

/** Who joins and who leaves a group, by name. */
function memberLines(operation: Operation, { most, names, paint }: Writing): string[] {
  const { joins, leaves } = listMoves(operation);
  const line = (verb: string, style: Style, ids: readonly string[]): string[] => {
    if (ids.length === 0) return [];
    const shown = ids.slice(0, most).map((id) => names[id] ?? id);
    const more = ids.length > shown.length ? paint('dim', ` … and ${ids.length - shown.length} more`) : '';
    return [`      ${paint('dim', verb)}  ${paint(style, shown.join(', '))}${more}`];
  };
  return [...line('join ', 'green', joins), ...line('leave', 'red', leaves)];
}

function findingLines(
  title: string,
  findings: readonly Finding[],
  writing: Writing,
  linesOf: (group: readonly Finding[], writing: Writing) => string[],
): string[] {
  const { paint } = writing;
  if (findings.length === 0) return [];
  const byCode = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = byCode.get(finding.code);
    if (group === undefined) byCode.set(finding.code, [finding]);
    else group.push(finding);
  }
  const lines = ['', paint('bold', `${title} (${findings.length})`)];
  for (const [code, group] of byCode) {
    const [first] = group;
    lines.push(
      `  ${paint('yellow', code)} ${group.length > 1 ? `×${group.length} ` : ''}${paint('dim', `→ ${first?.remedy ?? ''}`)}`,
    );
    // What is as it should be is counted, nobody reads it name by name.
    if (first?.severity === 'info') continue;
    lines.push(...linesOf(group, writing));
  }
  return lines;
}

/** Everybody by name. */
function namedLines(group: readonly Finding[], { most, paint }: Writing): string[] {
  const shown = group.slice(0, most);
  const more = group.length - shown.length;
  return [
    ...shown.map((finding) => `      ${finding.label}: ${inWords(finding)}`),
    ...(more > 0 ? [paint('dim', `      … and ${more} more`)] : []),
  ];
}

/** Of what is merely worth knowing, so many kinds, and so many names of each, are shown. */
const KINDS_SHOWN = 5;
const NAMES_SHOWN = 3;

/** What is said of many alike is said once, with a few of their names: all of them stand in the plan itself. */
function countedLines(group: readonly Finding[], { most, paint }: Writing): string[] {
  const byWords = new Map<string, string[]>();
  for (const finding of group) {
    const words = inWords(finding);
    byWords.set(words, [...(byWords.get(words) ?? []), finding.label]);
  }
  const shown = [...byWords].slice(0, Math.min(most, KINDS_SHOWN));
  const more = group.length - shown.reduce((sum, [, labels]) => sum + labels.length, 0);
  return [
    ...shown.map(([words, labels]) => `      ${someOf(labels)}: ${words}`),
    ...(more > 0
      ? [paint('dim', `      … and ${more} more: all of them with --json, or with plan --out`)]
      : []),
  ];
}

function someOf(labels: readonly string[]): string {
  const names = [...new Set(labels)];
  const more = names.length - NAMES_SHOWN;
  return more > 1 ? `${names.slice(0, NAMES_SHOWN).join(', ')} and ${more} more` : names.join(', ');
}

/** Who waits for an approval is shown with it. */
function leftOut({ skipped, awaiting }: Plan): Finding[] {
  const waiting = new Set(awaiting.map(({ subject }) => subject));
  return skipped.filter(({ subject }) => !waiting.has(subject));
}

function totalLine(plan: Plan): string {
  const { operations, awaiting, summary, held } = plan;
  const parts = Object.entries(summary.operations).map(([kind, count]) => `${count} ${kind}`);
  const members =
    summary.membersAdded + summary.membersRemoved > 0
      ? ` (+${summary.membersAdded} −${summary.membersRemoved} memberships)`
      : '';
  const what = operations.length === 0 ? 'Nothing to do' : `${parts.join(', ')}${members}`;
  const waiting = awaiting.length > 0 ? `, ${awaiting.length} awaiting approval` : '';
  return `${what}; ${summary.unchanged} unchanged, ${leftOut(plan).length} left out, ${held.length} held back${waiting}.`;
}

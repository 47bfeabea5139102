/** A plan as people like to read it: who, what, why, before and after. Holds names: for screens and files, never for logs. */
import { styleText } from 'node:util';
import { isJsonObject, type JsonValue } from '../json.js';
import type { Finding } from './plan/finding.js';
import type { Operation, OperationKind, Plan } from './plan/operation.js';

type Style = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold';

export interface PrintOptions {
  colour?: boolean;
  /** Operations shown of each kind; the rest is counted. All when left out. */
  most?: number | undefined;
}

const KINDS: Readonly<Record<OperationKind, { sign: string; title: string; style: Style }>> = {
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

/** The plan as lines of text, ending with a one-line total. */
export function printPlan(plan: Plan, options: PrintOptions = {}): string {
  const paint = (style: Style, text: string) =>
    options.colour === true ? styleText(style, text, { validateStream: false }) : text;
  const lines: string[] = [paint('bold', `Plan for ${plan.target}, as of ${plan.at}`)];
  for (const [kind, { title, sign, style }] of Object.entries(KINDS)) {
    const operations = plan.operations.filter((operation) => operation.kind === kind);
    if (operations.length === 0) continue;
    lines.push('', paint('bold', `${title} (${operations.length})`));
    const shown = operations.slice(0, options.most ?? operations.length);
    for (const operation of shown) {
      lines.push(`  ${paint(style, `${sign} ${operation.label}`)}  ${paint('dim', operation.reason)}`);
      lines.push(...changeLines(operation, paint));
    }
    if (shown.length < operations.length)
      lines.push(paint('dim', `  … and ${operations.length - shown.length} more`));
  }
  if (plan.held.length > 0) {
    lines.push('', paint('bold', `Held back (${plan.held.length})`));
    for (const { operation, reason } of plan.held.slice(0, options.most ?? plan.held.length)) {
      lines.push(
        `  ${paint('red', `! ${operation.label}`)}  ${paint('dim', `${operation.reason}; ${reason}`)}`,
      );
    }
  }
  lines.push(
    ...findingLines('Left out', plan.skipped, options, paint),
    ...findingLines('Worth knowing', plan.notes, options, paint),
  );
  lines.push('', totalLine(plan));
  return lines.join('\n');
}

type Paint = (style: Style, text: string) => string;

function changeLines(operation: Operation, paint: Paint): string[] {
  const width = Math.max(0, ...operation.changes.map(({ path }) => shortPath(path).length));
  return operation.changes.map((change) => {
    const before = change.before === undefined ? paint('dim', 'none') : paint('red', show(change.before));
    const after =
      change.after === undefined ? paint('dim', 'none') : paint('green', change.note ?? show(change.after));
    return `      ${shortPath(change.path).padEnd(width)}  ${before} → ${after}`;
  });
}

/** Without the URN: nobody needs it to recognise `department`. */
function shortPath(path: string): string {
  return path.toLowerCase().startsWith('urn:') ? path.slice(path.lastIndexOf(':') + 1) : path;
}

const LONGEST = 60;

function show(value: JsonValue): string {
  const text = plain(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function plain(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (!isJsonObject(value)) return String(value);
  const main = value.value ?? value.display ?? value.formatted;
  if (main !== undefined && main !== null)
    return typeof value.type === 'string' ? `${plain(main)} (${value.type})` : plain(main);
  return Object.values(value)
    .flatMap((item) => (item === undefined ? [] : [plain(item)]))
    .join(' ');
}

function findingLines(
  title: string,
  findings: readonly Finding[],
  options: PrintOptions,
  paint: Paint,
): string[] {
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
    const shown = group.slice(0, options.most ?? group.length);
    for (const finding of shown) lines.push(`      ${finding.label}: ${finding.message}`);
    if (shown.length < group.length)
      lines.push(paint('dim', `      … and ${group.length - shown.length} more`));
  }
  return lines;
}

function totalLine({ operations, summary, held, skipped }: Plan): string {
  const parts = Object.entries(summary.operations).map(([kind, count]) => `${count} ${kind}`);
  const members =
    summary.membersAdded + summary.membersRemoved > 0
      ? ` (+${summary.membersAdded} −${summary.membersRemoved} memberships)`
      : '';
  const what = operations.length === 0 ? 'Nothing to do' : `${parts.join(', ')}${members}`;
  return `${what}; ${summary.unchanged} unchanged, ${skipped.length} left out, ${held.length} held back.`;
}

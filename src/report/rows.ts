/** A plan as rows: one for each attribute that changes, each membership, and each record left out. */
import { type Finding, inWords } from '../push/plan/finding.js';
import { listMoves } from '../push/plan/member-names.js';
import type { Operation, Plan } from '../push/plan/operation.js';
import { showValue } from './show-value.js';

/** One line of a plan on paper; every field is text. */
export interface PlanRow {
  /** `create-user`, `held`, `left out` … */
  what: string;
  /** `person` or `group`. */
  kind: string;
  /** Bridge id. */
  id: string;
  name: string;
  why: string;
  attribute: string;
  before: string;
  after: string;
  /** Of a guard or finding. */
  code: string;
  remedy: string;
}

/** By the id under which a plan lists a member. */
type Names = Readonly<Record<string, string>>;

export function rowsOf(plan: Plan): PlanRow[] {
  const names = plan.memberNames ?? {};
  return [
    ...plan.operations.flatMap((operation) => operationRows(operation, names)),
    ...plan.awaiting.flatMap((operation) =>
      operationRows(operation, names, { what: 'awaits approval', code: 'ADOPTION_NEEDS_APPROVAL' }),
    ),
    ...plan.held.flatMap(({ operation, code, reason }) =>
      operationRows(operation, names, {
        what: `held: ${operation.kind}`,
        code,
        why: `${operation.reason}; ${reason}`,
      }),
    ),
    ...plan.skipped.map((finding) => findingRow(finding, 'left out')),
    ...plan.notes.map((finding) => findingRow(finding, 'note')),
  ];
}

function operationRows(operation: Operation, names: Names, over: Partial<PlanRow> = {}): PlanRow[] {
  const { kind, subject, label, reason } = operation;
  const row: PlanRow = {
    what: kind,
    kind: kind.endsWith('-user') || kind === 'set-manager' ? 'person' : 'group',
    id: subject,
    name: label,
    why: reason,
    attribute: '',
    before: '',
    after: '',
    code: '',
    remedy: '',
    ...over,
  };
  const parts = [...changeParts(operation), ...memberParts(operation, names)];
  return parts.length === 0 ? [row] : parts.map((part) => ({ ...row, ...part }));
}

type Part = Pick<PlanRow, 'attribute' | 'before' | 'after'>;

/** What is made is shown with all that it will have. */
function changeParts(operation: Operation): Part[] {
  if (operation.kind === 'create-user' || operation.kind === 'create-group') {
    return Object.entries(operation.body).flatMap(([attribute, value]) =>
      attribute === 'schemas' || value === undefined
        ? []
        : [{ attribute, before: '', after: showValue(value) }],
    );
  }
  return operation.changes.map(({ path, before, after, note }) => ({
    attribute: path,
    before: before === undefined ? '' : showValue(before),
    after: note ?? (after === undefined ? '' : showValue(after)),
  }));
}

function memberParts(operation: Operation, names: Names): Part[] {
  const { joins, leaves } = listMoves(operation);
  const nameOf = (id: string) => (names[id] === undefined ? id : `${names[id]} (${id})`);
  return [
    ...joins.map((id) => ({ attribute: 'members', before: '', after: nameOf(id) })),
    ...leaves.map((id) => ({ attribute: 'members', before: nameOf(id), after: '' })),
  ];
}

function findingRow(finding: Finding, what: string): PlanRow {
  const { code, kind, subject, label, remedy } = finding;
  return {
    what,
    kind,
    id: subject,
    name: label,
    why: inWords(finding),
    attribute: '',
    before: '',
    after: '',
    code,
    remedy,
  };
}

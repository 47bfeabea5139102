/** One person's push, step by step, for a person who wants to know where it goes wrong. */
import { isJsonObject, type JsonValue } from '../json.js';
import type { Plan } from '../push/plan/operation.js';
import { printPlan } from '../push/print-plan.js';
import { showValue } from '../report/show-value.js';
import type { PersonSteps } from '../sync/one-person.js';
import type { TargetPush } from '../sync/run.js';
import type { Output } from './output.js';

export function printPersonSteps(
  { id, luccaId, read, matched, resolved }: PersonSteps,
  output: Output,
): void {
  const seen = read === null ? 'Lucca did not show the person' : `${read.state}, ${read.reason}`;
  const since = matched.isNew ? 'new here' : `known since ${matched.knownSince}`;
  output.line();
  output.line(`read      Lucca ${luccaId ?? '(none)'}: ${seen}`);
  output.line(`matched   ${id}, ${since}; told of by ${matched.sources.join(', ')}`);
  for (const [attribute, value] of Object.entries(resolved).flatMap(flatten))
    if (value !== undefined) output.line(`resolved  ${attribute}: ${showValue(value)}`);
}

/** Attributes of an extension one by one, without its URN. */
function flatten([name, value]: [string, JsonValue | undefined]): [string, JsonValue | undefined][] {
  return name.startsWith('urn:') && isJsonObject(value) ? Object.entries(value) : [[name, value]];
}

/** Without the hash: part of a plan cannot be approved. */
function linesOf(plan: Plan): string[] {
  return printPlan(plan)
    .split('\n')
    .filter((line) => line !== `Plan ${plan.hash}`);
}

export function printPersonTarget(push: TargetPush, output: Output): void {
  const { target, plan, left, exchanges, overBudget, result, error } = push;
  output.line();
  if (plan !== null) {
    if (plan.operations.length + plan.held.length === 0) output.line(`planned   ${target}: nothing to do`);
    else for (const line of linesOf(plan)) output.line(`planned   ${line}`.trimEnd());
  }
  for (const { id, reason } of left) output.line(`left      ${id}: ${reason}; the next full run does it`);
  for (const { operation, reason } of overBudget) output.line(`held      ${operation.id}: ${reason}`);
  for (const { method, path, status, milliseconds, error: code } of exchanges) {
    output.line(`sent      ${method} ${path}`);
    output.line(
      `answered  ${status ?? 'nothing'}${code === undefined ? '' : ` ${code}`}, ${milliseconds} ms`,
    );
  }
  for (const { id, state } of result?.outcomes ?? []) output.line(`done      ${id}: ${state}`);
  if (error !== null) {
    output.line(`✗ ${target}: ${error.code}: ${error.message}`);
    output.line(`    → ${error.remedy}`);
  }
}

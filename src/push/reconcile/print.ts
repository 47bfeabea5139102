/** A reconciliation as people like to read it. Holds names: for screens and files, never for logs. */
import type { JsonValue } from '../../json.js';
import { shortPath, showBriefly } from '../../report/show-value.js';
import type { DriftRow, Reconciliation } from './report.js';

const VERBS: Readonly<Record<DriftRow['verb'], string>> = {
  overwrite: 'ours is put back',
  adopt: "the target's counts from now on",
  ignore: 'left as it is',
  ask: 'waits for a decision: lucca-scim conflicts list',
  unkept: 'written again and again, and not kept; nobody writes it for a week',
  fight: 'went back and forth too often; nobody writes it until somebody decides: lucca-scim conflicts list',
};

const MOST_UNOWNED = 20;

/** @returns lines of text; the first says how far the target could be seen */
export function printReconciliation(target: string, found: Reconciliation): string[] {
  const lines = [`Reconciliation of ${target}`];
  for (const { kind, shown, compared, pages, complete, refused } of found.coverage) {
    const whole = complete ? 'complete' : 'not proved complete: nothing is concluded from what it lacks';
    lines.push(
      refused === null
        ? `  ${count(shown, nouns[kind])} in ${count(pages, 'page')} (${whole}), ${compared} of them ours`
        : `  ! ${nouns[kind]}s could not be listed: ${refused}`,
    );
  }
  for (const [verb, meaning] of Object.entries(VERBS)) {
    const rows = found.drift.filter((row) => row.verb === verb);
    if (rows.length === 0) continue;
    lines.push(`Changed on the target (${rows.length}): ${meaning}`);
    for (const { label, path, sent, shown } of rows)
      lines.push(`  ${label}: ${shortPath(path)}  ${show(sent)} → ${show(shown)}`);
  }
  for (const { label, targetId, recreated } of found.vanished)
    lines.push(`Gone from the target: ${label} (${targetId})${recreated ? '; to be made anew' : ''}`);
  for (const { kind, missing, of } of found.implausible)
    lines.push(
      `! ${missing} of our ${of} ${nouns[kind]}s are not there: too many to be true, so nothing is made anew`,
    );
  for (const { targetId, subjects } of found.shared)
    lines.push(`! ${targetId} is linked to ${subjects.length} at once: ${subjects.join(', ')}`);
  if (found.unowned.length > 0) {
    const ids = found.unowned.slice(0, MOST_UNOWNED).map(({ targetId }) => targetId);
    const more = found.unowned.length > MOST_UNOWNED ? ' …' : '';
    lines.push(
      `Nobody of ours (${found.unowned.length}), reported and never touched: ${ids.join(', ')}${more}`,
    );
  }
  return lines;
}

const nouns = { person: 'account', group: 'group' } as const;

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function show(value: JsonValue): string {
  return value === null ? 'none' : showBriefly(value);
}

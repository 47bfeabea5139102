/** `lucca-scim conflicts`: the queue of what the bridge will not decide by itself. */
import { userInfo } from 'node:os';
import type { Conflict } from '../identity/conflicts.js';
import type { Output } from './output.js';
import { printExplanation, withSteward } from './steward.js';

interface ConfigOption {
  config: string;
}

/** Exit code 1 while something waits for a decision. */
export function listConflicts(
  { config, all }: ConfigOption & { all?: boolean },
  output: Output,
): Promise<number> {
  return withSteward(config, output, 'GET /conflicts', async (steward) => {
    const conflicts = await steward.conflicts(all === true ? undefined : 'open');
    output.data({ conflicts });
    if (conflicts.length === 0) output.line('Nothing waits for a decision.');
    for (const conflict of conflicts) printConflict(conflict, output);
    return conflicts.some(({ state }) => state === 'open') ? 1 : 0;
  });
}

export function linkConflict(
  conflict: string,
  person: string,
  { config }: ConfigOption,
  output: Output,
): Promise<number> {
  return withSteward(config, output, 'POST /conflicts/{id}/link', async (steward) => {
    const settled = await steward.link(conflict, { person, by: operator() });
    output.data(settled);
    printConflict(settled, output);
    return 0;
  });
}

export function settleConflict(
  conflict: string,
  { config, owner }: ConfigOption & { owner: string },
  output: Output,
): Promise<number> {
  return withSteward(config, output, 'POST /conflicts/{id}/settle', async (steward) => {
    const settled = await steward.settle(conflict, { owner, by: operator() });
    output.data(settled);
    printConflict(settled, output);
    return 0;
  });
}

export function dismissConflict(conflict: string, { config }: ConfigOption, output: Output): Promise<number> {
  return withSteward(config, output, 'POST /conflicts/{id}/dismiss', async (steward) => {
    const settled = await steward.dismiss(conflict, operator());
    output.data(settled);
    printConflict(settled, output);
    return 0;
  });
}

export function unlink(
  person: string,
  source: string,
  { config }: ConfigOption,
  output: Output,
): Promise<number> {
  return withSteward(config, output, 'POST /people/{id}/unlink', async (steward) => {
    printExplanation(await steward.unlink(person, source), output);
    return 0;
  });
}

/** Who sits at the keyboard, for the record. */
export function operator(): string {
  return `cli:${userInfo().username}`;
}

function printConflict(conflict: Conflict, output: Output): void {
  const { id, kind, source, sourceId, on, people, state, openedAt, resolution, adoption } = conflict;
  const what = adoption?.targetIds.join(', ') ?? sourceId ?? '(no id)';
  const who = source === null ? 'people' : `${source} ${what}`;
  const whose = adoption?.group ?? people.join(', ');
  output.line(`${state} ${kind} by ${on}, since ${openedAt}: ${who} ↔ ${whose}`);
  output.line(`    id: ${id}`);
  if (adoption !== undefined) output.line(`    ${adoption.code} → ${adoption.remedy}`);
  if (resolution !== null)
    output.line(`    ${resolution.by}, ${resolution.at}: ${resolution.person ?? resolution.owner ?? state}`);
}

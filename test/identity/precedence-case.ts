/** The cases of fixtures/cases/precedence, read and played. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import {
  deleteAssertion,
  newPerson,
  overrideValues,
  patchAssertion,
  putAssertion,
  withdraw,
} from '../../src/identity/assertion.js';
import type { Provenance } from '../../src/identity/explain.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { resolveUser } from '../../src/identity/resolve.js';
import type { CompiledRules } from '../../src/identity/rules.js';
import type { JsonObject } from '../../src/json.js';

interface Step {
  at?: string;
  source?: string;
  sourceId?: string;
  says?: JsonObject;
  patches?: JsonObject;
  touched?: string[];
  withdraws?: string[] | 'all';
  deletes?: true;
  by?: string;
  sets?: JsonObject;
  until?: string;
}

export interface PersonCase {
  said: Step[];
  effective: JsonObject;
  because?: Record<string, string | Partial<Provenance>>;
}

export interface PrecedenceCase extends Partial<PersonCase> {
  file: string;
  name: string;
  rules?: unknown;
  now: string;
  silent?: Record<string, string>;
  people?: PersonCase[];
  shared?: string[];
}

const FOLDER = path.join(import.meta.dirname, '../../fixtures/cases/precedence');

export function readCases(): PrecedenceCase[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      (parse(readFileSync(path.join(FOLDER, file), 'utf8')) as PrecedenceCase[]).map((each) => ({
        ...each,
        file,
        now: each.now ?? '2026-02-01T00:00:00Z',
      })),
    );
}

export function peopleOf({ people, said, effective, because }: PrecedenceCase): PersonCase[] {
  return people ?? [{ said: said ?? [], effective: effective ?? {}, ...(because && { because }) }];
}

/** The record of a person after everything that was said, in that order. */
export function play(steps: readonly Step[], rules: CompiledRules, id = 'p1'): PersonRecord {
  return steps.reduce(
    (person, step, day) => {
      const at = step.at ?? new Date(Date.UTC(2026, 0, 1 + day, 8)).toISOString().replace('.000', '');
      return playStep(person, step, at, rules);
    },
    newPerson(id, '2026-01-01T00:00:00Z'),
  );
}

function playStep(person: PersonRecord, step: Step, at: string, rules: CompiledRules): PersonRecord {
  const { source = '', sourceId = null } = step;
  if (step.says) return putAssertion(person, source, { sourceId, attributes: step.says }, at);
  if (step.withdraws) return withdraw(person, source, step.withdraws, at);
  if (step.deletes) return deleteAssertion(person, source, at);
  if (step.sets) {
    return overrideValues(person, step.sets, { author: step.by ?? '', expiresAt: step.until ?? null }, at);
  }
  const seen = resolveUser(person, rules, at);
  const result = { ...seen, ...step.patches };
  return patchAssertion(person, source, { sourceId, seen, result, touched: step.touched ?? [] }, at);
}

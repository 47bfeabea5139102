/** Who and what a configuration protects on a target, found among the people and groups of a run. */

import { foldKey } from '../identity/match-keys.js';
import type { JsonObject } from '../json.js';
import { isJsonObject } from '../json.js';
import type { Protection } from '../push/guard/protect.js';
import type { Finding } from '../push/plan/finding.js';

/** Somebody who may be meant. */
export interface Candidate {
  /** Bridge id. */
  id: string;
  luccaId: string | undefined;
  /** Attributes as they are wanted, and as they were last sent: who is protected stays so when Lucca renames them. */
  bodies: readonly JsonObject[];
}

export interface GroupCandidate {
  id: string;
  /** As in `department:31`. */
  key: string | undefined;
  bodies: readonly JsonObject[];
}

export interface ProtectSettings {
  people: readonly string[];
  groups: Readonly<Record<string, number>>;
}

/** Names that nobody and nothing has are reported: a misspelt one protects nobody. */
export function findProtected(
  settings: ProtectSettings,
  people: readonly Candidate[],
  groups: readonly GroupCandidate[],
): { protection: Protection; notes: Finding[] } {
  const wanted = new Map(settings.people.map((name) => [foldKey(name), false]));
  const persons = people.filter((person) => tick(wanted, [person.id, person.luccaId, ...personKeys(person)]));
  const names = new Map(Object.keys(settings.groups).map((name) => [foldKey(name), false]));
  const least = new Map(Object.entries(settings.groups).map(([name, count]) => [foldKey(name), count]));
  const kept = new Map<string, number>();
  for (const group of groups) {
    const keys = [group.id, group.key, ...group.bodies.map(({ displayName }) => displayName)];
    if (!tick(names, keys)) continue;
    const counts = keys.map((key) => least.get(foldKey(key)) ?? 0);
    kept.set(group.id, Math.max(...counts));
  }
  return {
    protection: { people: new Set(persons.map(({ id }) => id)), groups: kept },
    notes: [...unknownOf(wanted, 'person', 'people'), ...unknownOf(names, 'group', 'groups')],
  };
}

/** Whether one of the keys is wanted; each that is gets marked as found. */
function tick(wanted: Map<string, boolean>, keys: readonly unknown[]): boolean {
  let isWanted = false;
  for (const key of keys) {
    const folded = typeof key === 'string' ? foldKey(key) : '';
    if (folded === '' || !wanted.has(folded)) continue;
    wanted.set(folded, true);
    isWanted = true;
  }
  return isWanted;
}

function personKeys({ bodies }: Candidate): unknown[] {
  return bodies.flatMap(({ userName, emails }) => [
    userName,
    ...(Array.isArray(emails) ? emails.map((email) => (isJsonObject(email) ? email.value : email)) : []),
  ]);
}

function unknownOf(wanted: ReadonlyMap<string, boolean>, kind: Finding['kind'], setting: string): Finding[] {
  return [...wanted].flatMap(([name, isFound], index) =>
    isFound
      ? []
      : [
          {
            code: 'PROTECTED_UNKNOWN',
            severity: 'warning' as const,
            kind,
            subject: `protect.${setting}.${index}`,
            label: name,
            message: 'Nobody and nothing has this name, so that it protects nothing.',
            remedy: `Correct or remove it under protect.${setting} of the target.`,
          },
        ],
  );
}

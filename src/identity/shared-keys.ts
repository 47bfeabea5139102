/** People whose effective userName or work e-mail is the same: a target would refuse the second of them. */
import type { JsonObject } from '../json.js';
import type { Finding } from './conflicts.js';
import { keysOf } from './match-keys.js';

/** One finding per shared key, in one pass over the effective users. A pair that shares both is found by its userName only. */
export function findSharedKeys(users: Iterable<{ id: string; attributes: JsonObject }>): Finding[] {
  const holders = { userName: new Map<string, Set<string>>(), workEmail: new Map<string, Set<string>>() };
  for (const { id, attributes } of users) {
    const keys = keysOf(attributes);
    for (const on of ['userName', 'workEmail'] as const) {
      for (const key of keys[on]) {
        const ids = holders[on].get(key) ?? new Set();
        holders[on].set(key, ids.add(id));
      }
    }
  }
  const findings = new Map<string, Finding>();
  for (const on of ['userName', 'workEmail'] as const) {
    for (const ids of holders[on].values()) {
      const people = [...ids].sort();
      const group = people.join(' ');
      if (people.length < 2 || findings.has(group)) continue;
      findings.set(group, { kind: 'same-email', source: null, sourceId: null, on, people });
    }
  }
  return [...findings.values()];
}

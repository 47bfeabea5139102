/** People whose effective userName or work e-mail is the same: a target would refuse the second of them. */
import type { JsonObject } from '../json.js';
import type { Finding } from './conflicts.js';
import { userKeysOf } from './match-keys.js';

type SharedKey = 'userName' | 'workEmail';
const KEYS: readonly SharedKey[] = ['userName', 'workEmail'];

/** Takes effective users one by one, so that a whole company need not be looked at in one go. */
export class SharedKeys {
  readonly #firsts: Record<SharedKey, Map<string, string>> = { userName: new Map(), workEmail: new Map() };
  /** Holders of the keys that several have. */
  readonly #shared: Record<SharedKey, Map<string, Set<string>>> = {
    userName: new Map(),
    workEmail: new Map(),
  };

  add({ id, attributes }: { id: string; attributes: JsonObject }): void {
    const keys = userKeysOf(attributes);
    for (const on of KEYS) for (const key of keys[on]) this.#hold(on, key, id);
  }

  /** One finding per shared key. A pair that shares both is found by its userName only. */
  findings(): Finding[] {
    const findings = new Map<string, Finding>();
    for (const on of KEYS) {
      for (const ids of this.#shared[on].values()) {
        const people = [...ids].sort();
        const group = people.join(' ');
        if (!findings.has(group)) {
          findings.set(group, { kind: 'same-email', source: null, sourceId: null, on, people });
        }
      }
    }
    return [...findings.values()];
  }

  #hold(on: SharedKey, key: string, id: string): void {
    const first = this.#firsts[on].get(key);
    if (first === undefined) this.#firsts[on].set(key, id);
    if (first === undefined || first === id) return;
    const holders = this.#shared[on].get(key) ?? new Set([first]);
    this.#shared[on].set(key, holders.add(id));
  }
}

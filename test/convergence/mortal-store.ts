/** A store that a process loses when it is killed: from then on nothing is read or written through it. */
import type { Store } from '../../src/store/store.js';

export interface Life {
  store: Store;
  end(): void;
  readonly hasEnded: boolean;
}

/** Methods that hand out a further way into the store. */
const DOORS = new Set(['collection', 'lead']);

export function mortalStore(store: Store): Life {
  let ended = false;
  const mortal = <T extends object>(object: T): T =>
    new Proxy(object, {
      get(_, key) {
        const member: unknown = Reflect.get(object, key, object);
        if (key === 'store' && member instanceof Object) return mortal(member);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]): unknown => {
          if (ended && key !== 'close' && key !== 'end') throw new Error('the process was killed');
          // The store itself outlives the process.
          if (key === 'close') return Promise.resolve();
          const result: unknown = member.apply(object, given);
          if (!DOORS.has(String(key))) return result;
          return result instanceof Promise
            ? result.then((term: unknown) => (term instanceof Object ? mortal(term) : term))
            : mortal(result as object);
        };
      },
    });
  return {
    store: mortal(store),
    end() {
      ended = true;
    },
    get hasEnded() {
      return ended;
    },
  };
}

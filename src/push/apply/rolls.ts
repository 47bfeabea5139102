/** Who is on a target that cannot be asked: all of it is read once for a run, not once for each person (R21). */
import type { JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { idOf } from '../client/resource-id.js';
import { createRemoteIndex, type MatchKey } from '../plan/match.js';

/** The keys that are kept: no two resources share them, so that one of them tells whose it is. */
const KEPT = ['externalId', 'userName', 'displayName'] as const satisfies readonly MatchKey[];
export type RollKey = (typeof KEPT)[number];

export interface Roll {
  /** Target ids of the resources that had the value. @param value in the form of `keysOf` */
  find(key: RollKey, value: string): string[];
  /** Whoever is not in it is not there. */
  complete: boolean;
}

/** What is kept in memory of a resource: ids and keys, whatever else it has. */
export function idsAndKeys(resource: JsonObject): JsonObject {
  const slim: JsonObject = { id: idOf(resource) ?? null };
  for (const key of KEPT) {
    const value = own(resource, key);
    if (typeof value === 'string') slim[key] = value;
  }
  return slim;
}

export function createRoll(
  { resources, complete }: { resources: readonly JsonObject[]; complete: boolean },
  userNameCaseExact: boolean,
): Roll {
  const index = createRemoteIndex(resources, userNameCaseExact);
  return { find: (key, value) => index.find(key, value).flatMap((one) => idOf(one) ?? []), complete };
}

export interface Rolls {
  /**
   * The roll of an endpoint.
   * @param isAnew one that begins to be read from now on, because something may just have been made; else any of this run
   */
  of(endpoint: string, isAnew: boolean): Promise<Roll>;
}

/** @param read reads one endpoint to its end */
export function createRolls(read: (endpoint: string) => Promise<Roll>): Rolls {
  const latest = new Map<string, Promise<Roll>>();
  const next = new Map<string, Promise<Roll>>();
  const begin = (endpoint: string): Promise<Roll> => {
    const reading = read(endpoint);
    latest.set(endpoint, reading);
    reading.catch(() => {
      if (latest.get(endpoint) === reading) latest.delete(endpoint);
    });
    return reading;
  };
  return {
    of(endpoint, isAnew) {
      const known = latest.get(endpoint);
      if (known === undefined) return begin(endpoint);
      if (!isAnew) return known;
      // One that is under way may have passed the place by; all who ask meanwhile share the one after it.
      const waiting = next.get(endpoint) ?? known.then(again, again);
      function again(): Promise<Roll> {
        next.delete(endpoint);
        return begin(endpoint);
      }
      next.set(endpoint, waiting);
      return waiting;
    },
  };
}

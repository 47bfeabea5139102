/** What becomes of an attribute that somebody changed on the target, as the admin chose. */
import { coversPath, wholeAttribute } from '../shape/leaves.js';

/** `overwrite` puts ours back, `adopt` takes the target's, `ignore` notes it, `ask` brings it into the conflict queue. */
export const DRIFT_VERBS = ['overwrite', 'adopt', 'ignore', 'ask'] as const;
export type DriftVerb = (typeof DRIFT_VERBS)[number];

export interface DriftPolicy {
  verbOf(path: string): DriftVerb;
  /** Names and addresses that the sign-in service may change on the target (R26): recognised in every answer. */
  isSso(path: string): boolean;
  /** Whether an admin has said for this person whose value counts: it is not counted how often that has to be put right. */
  isSettled(path: string): boolean;
}

export interface DriftSettings {
  /** By attribute, or `default`. */
  drift: Readonly<Record<string, DriftVerb>>;
  /** Whether what SSO changed on the target wins. */
  ssoWins: boolean;
  ssoOwns: readonly string[];
}

/** Names and addresses, as a sign-in service keeps them. */
export const SSO_ATTRIBUTES = ['userName', 'name', 'displayName', 'emails'] as const;

/** What was chosen for an attribute comes first, then what was chosen for the whole of it, then R26, then the default. */
export function compileDrift({ drift, ssoWins, ssoOwns }: DriftSettings): DriftPolicy {
  const { default: rest = 'overwrite', ...chosen } = drift;
  const verbs = Object.entries(chosen)
    .map(([written, verb]) => [wholeAttribute(written), verb] as const)
    .sort(([one], [other]) => other.length - one.length);
  const owned = ssoOwns.map(wholeAttribute);
  const chosenFor = (path: string) => verbs.find(([attribute]) => coversPath([attribute], path))?.[1];
  const isSso = (path: string) => ssoWins && coversPath(owned, path);
  return {
    verbOf: (path) => chosenFor(path) ?? (isSso(path) ? 'adopt' : rest),
    isSso: (path) => isSso(path) && (chosenFor(path) ?? 'adopt') === 'adopt',
    isSettled: () => false,
  };
}

/** Everything is put back, and what SSO changed wins: where nothing else was chosen. */
export const DEFAULT_DRIFT = compileDrift({ drift: {}, ssoWins: true, ssoOwns: SSO_ATTRIBUTES });

/** Finds the account that a person, or the group that a unit, already has on the target (R14). */

import { foldKey } from '../../identity/match-keys.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { idOf } from '../client/resource-id.js';
import type { Candidates, Finding } from './finding.js';
import { namesAgree } from './names.js';

export type MatchKey = 'externalId' | 'userName' | 'emails' | 'displayName';

/** Existing resources by each key they can be matched on. */
export interface RemoteIndex {
  find(key: MatchKey, value: string): readonly JsonObject[];
  get(targetId: string): JsonObject | undefined;
}

export function createRemoteIndex(resources: readonly JsonObject[], userNameCaseExact: boolean): RemoteIndex {
  const byId = new Map<string, JsonObject>();
  const byKey = new Map<string, JsonObject[]>();
  for (const resource of resources) {
    const id = idOf(resource);
    if (id === undefined || byId.has(id)) continue;
    byId.set(id, resource);
    for (const key of ['externalId', 'userName', 'emails', 'displayName'] as const) {
      for (const value of new Set(keysOf(resource, key, userNameCaseExact))) {
        const entry = `${key} ${value}`;
        byKey.set(entry, [...(byKey.get(entry) ?? []), resource]);
      }
    }
  }
  return {
    find: (key, value) => byKey.get(`${key} ${value}`) ?? [],
    get: (id) => byId.get(id),
  };
}

/** The comparable values of one key of a resource; e-mails may be several. */
export function keysOf(resource: JsonObject, key: MatchKey, userNameCaseExact: boolean): string[] {
  const values =
    key === 'emails'
      ? (Array.isArray(resource.emails) ? resource.emails : []).map((email) =>
          isJsonObject(email) ? own(email, 'value') : email,
        )
      : [resource[key]];
  const caseExact = key === 'externalId' || (key === 'userName' && userNameCaseExact);
  return values.map((value) => foldKey(value, caseExact)).filter((value) => value !== '');
}

export type Match =
  | { kind: 'none'; contested: ReadonlySet<string> }
  | { kind: 'adopt'; resource: JsonObject; targetId: string; by: MatchKey }
  | { kind: 'approve'; targetId: string }
  /** Linked to another record of ours. */
  | { kind: 'taken'; targetId: string; by: MatchKey }
  /** Others of ours match it too, `subjects` in all; `goesTo` the one of them who has more than a shared value in common with it. */
  | { kind: 'claimed'; targetId: string; by: MatchKey; subjects: readonly string[]; goesTo: string | null }
  | ({ kind: 'conflict'; candidates: Candidates } & Pick<Finding, 'code' | 'message' | 'remedy'>);

export interface MatchOptions {
  keys: readonly MatchKey[];
  userNameCaseExact: boolean;
  /** Target ids that belong to another record's link. */
  taken: Pick<ReadonlySet<string>, 'has'>;
  /**
   * Whether a linked account has a value as we sent it. Then it is no candidate: whether it gives the value up in time is
   * settled among the operations (R16).
   */
  isKnownHolder?(targetId: string, key: MatchKey, value: string): boolean;
  /** An e-mail alone may complete the match. */
  emailApproved: boolean;
}

/** The first key that finds a candidate decides; more than one candidate, or a contradiction, is never guessed away. */
export function matchResource(body: JsonObject, index: RemoteIndex, options: MatchOptions): Match {
  const contested = new Set<string>();
  for (const key of options.keys) {
    const values = keysOf(body, key, options.userNameCaseExact);
    const found = new Set(values.flatMap((value) => index.find(key, value)));
    const [resource, second] = found;
    if (resource === undefined) continue;
    if (second !== undefined) return ambiguous(key, [...found]);
    const known = values.filter((value) => options.isKnownHolder?.(idOf(resource) ?? '', key, value));
    if (known.length === 0) return judge(body, resource, key, options);
    for (const value of known) contested.add(`${key} ${value}`);
  }
  return { kind: 'none', contested };
}

function judge(body: JsonObject, resource: JsonObject, by: MatchKey, options: MatchOptions): Match {
  const targetId = idOf(resource) ?? '';
  const candidates = { on: by, targetIds: [targetId] };
  if (options.taken.has(targetId)) return { kind: 'taken', targetId, by };
  if (by === 'userName' && !namesAgree(body, resource)) {
    return {
      kind: 'conflict',
      candidates,
      code: 'ADOPTION_CONFLICT',
      message: `The account ${targetId} on the target has the same userName but another name.`,
      remedy:
        'Make sure that it is the same person, then correct the name on one side; else change the userName of one of them.',
    };
  }
  if (by === 'emails' && !options.emailApproved) return { kind: 'approve', targetId };
  return { kind: 'adopt', resource, targetId, by };
}

function ambiguous(key: MatchKey, found: readonly JsonObject[]): Match {
  return {
    kind: 'conflict',
    candidates: { on: key, targetIds: found.map((resource) => idOf(resource) ?? '').sort() },
    code: 'AMBIGUOUS_MATCH',
    message: `${found.length} resources on the target have the same ${key}.`,
    remedy: 'Remove or correct the duplicates on the target; the bridge never guesses between them.',
  };
}

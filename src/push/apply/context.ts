/** What applying a plan works with: the client, the links as they are now, and the book of what happened. */
import type { Issue } from '../../errors.js';
import type { GroupLink, Link } from '../../identity/person.js';
import type { OnProgress } from '../../progress.js';
import { bulkLimits, type Capabilities } from '../capabilities.js';
import type { TargetClient } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import { createLearner, type Learner } from '../learner.js';
import { listAll } from '../list.js';
import { linkedId } from '../plan/input.js';
import { isPersonOperation, type Operation } from '../plan/operation.js';
import type { TargetProfile } from '../profile.js';
import { type Acknowledged, type AnswerContext, type Heeded, heedAnswer } from '../reconcile/answer.js';
import { createSayable, onCreateOnly } from '../reconcile/eyes.js';
import { withNotes } from '../reconcile/notes.js';
import { DEFAULT_DRIFT, type DriftPolicy } from '../reconcile/policy.js';
import { createEchoSame, type Same } from '../shape/compare.js';
import type { EchoShape } from '../shape/fold.js';
import { createUserShaper, type UserShaper } from '../shape/user-body.js';
import { createMemberTrial, type MemberTrial } from './members-arrived.js';
import { createOwners } from './owners.js';
import { createPatchTrial, type PatchTrial } from './patch-trial.js';
import { createRefusals, type Refusals } from './refusals.js';
import { createRoll, createRolls, idsAndKeys, type Rolls } from './rolls.js';

/** What an answer said beside "done". */
export type Said = Pick<Heeded<Link>, 'heard' | 'fights'>;

export interface ApplyInput {
  client: TargetClient;
  profile: TargetProfile;
  capabilities: Capabilities;
  /** The links that the plan was made of, by bridge id; not changed. */
  links: ReadonlyMap<string, Link>;
  groupLinks: ReadonlyMap<string, GroupLink>;
  /**
   * Durable once resolved (R21); null removes the link.
   * @param said what the answer showed that SSO has changed on the target (R26): to be kept with the link
   */
  saveLink(personId: string, link: Link | null, said: Said): Promise<void>;
  saveGroupLink(groupId: string, link: GroupLink | null): Promise<void>;
  /** Whether what is gone from the target is made anew; true when left out. */
  recreates?: boolean | undefined;
  /** What becomes of attributes that somebody changed on the target. */
  drift?: DriftPolicy | undefined;
  /** The same as it holds for one person, by bridge id. */
  driftFor?: ((personId: string) => DriftPolicy) | undefined;
  /** How the target writes what it is sent; learned on the way (R25). */
  echoes?: { shape: EchoShape } | undefined;
  /** The present instant, ISO. */
  now(): string;
  /** Before the first request of an operation; when it rejects, the operation has failed. */
  beforeEach?: ((operation: Operation) => Promise<void>) | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** What an apply is given, and what it keeps to itself. */
type Given = 'links' | 'groupLinks' | 'saveLink' | 'saveGroupLink' | 'drift' | 'driftFor' | 'echoes';

export interface ApplyContext extends Omit<ApplyInput, Given | keyof Learner>, Learner {
  readonly trial: PatchTrial;
  readonly refusals: Refusals;
  readonly memberTrial: MemberTrial;
  readonly rolls: Rolls;
  readonly shaper: UserShaper;
  readonly echoSame: Same;
  /** Names and addresses that SSO may change on the target (R26). */
  isSso(path: string): boolean;
  readonly issues: Issue[];
  /** People whose own operation failed: that is reported once, not again for each of their groups. */
  readonly failed: Set<string>;
  link(personId: string): Link | undefined;
  groupLink(groupId: string): GroupLink | undefined;
  /** As they were when the plan was made. */
  knownLink(personId: string): Link | undefined;
  knownGroupLink(groupId: string): GroupLink | undefined;
  /** Saves durably, with what the answer to the write said beside, then makes it the present link. */
  setLink(personId: string, link: Link | null, acknowledged?: Acknowledged): Promise<void>;
  setGroupLink(groupId: string, link: GroupLink | null): Promise<void>;
  /** Accounts that were gone and are made anew: the earlier target id, and whose it was. */
  readonly replaced: ReadonlyMap<string, string>;
  /** The person to whom an account of the target is linked, or about to be. */
  ownerOf(targetId: string): string | undefined;
  /** The unit to which a group of the target is linked, or about to be. */
  unitOf(targetId: string): string | undefined;
  /** Before an account or group is written to or linked: false when it is another's, who keeps it. */
  claimAccount(targetId: string, personId: string): boolean;
  claimGroup(targetId: string, unitId: string): boolean;
}

export function createContext(input: ApplyInput): ApplyContext {
  const { links, groupLinks, saveLink, saveGroupLink, echoes = { shape: {} }, ...more } = input;
  const { drift = DEFAULT_DRIFT, driftFor = () => drift, ...rest } = more;
  const { userNameCaseExact } = input.capabilities;
  const looking: Omit<AnswerContext, 'policy' | 'shape' | 'at'> = {
    onCreateOnly: onCreateOnly(input.profile),
    isSayable: createSayable(input.profile),
    userNameCaseExact,
  };
  const [people, knownPeople] = [new Map(links), new Map(links)];
  const [groups, knownGroups] = [new Map(groupLinks), new Map(groupLinks)];
  const [accounts, units] = [createOwners(links), createOwners(groupLinks)];
  const replaced = new Map<string, string>();
  const learner = createLearner(input.capabilities, input.now);
  const limits = bulkLimits(input.profile, input.capabilities);
  const inBulk =
    limits === null
      ? input.client
      : input.client.inBulk({
          ...limits,
          onLimit: (maxOperations, why) => learner.learn({ about: 'bulk', maxOperations, why }),
        });
  return {
    ...rest,
    client: inBulk.withVersions({
      required: input.capabilities.versions ?? false,
      onRequired: (why) => learner.learn({ about: 'versions', required: true, why }),
    }),
    get capabilities() {
      return learner.capabilities;
    },
    learn: learner.learn,
    lessons: learner.lessons,
    filters: learner.filters,
    trial: createPatchTrial(),
    refusals: createRefusals(),
    memberTrial: createMemberTrial(),
    rolls: createRolls(async (endpoint) => {
      const { profile, client } = input;
      const how = { profile, capabilities: learner.capabilities, keep: idsAndKeys };
      return createRoll(await listAll(client, endpoint, how), userNameCaseExact);
    }),
    shaper: createUserShaper(input.profile, input.capabilities),
    echoSame: createEchoSame({ userNameCaseExact, learned: echoes.shape }),
    isSso: drift.isSso,
    issues: [],
    failed: new Set(),
    replaced,
    link: (personId) => people.get(personId),
    groupLink: (groupId) => groups.get(groupId),
    knownLink: (personId) => knownPeople.get(personId),
    knownGroupLink: (groupId) => knownGroups.get(groupId),
    ownerOf: accounts.of,
    unitOf: units.of,
    claimAccount: accounts.claim,
    claimGroup: units.claim,
    async setLink(personId, link, acknowledged) {
      const present = people.get(personId);
      const heeded =
        link === null || acknowledged === undefined
          ? { link, heard: [], fights: [], shape: echoes.shape }
          : heedAnswer(present, link, acknowledged, {
              ...looking,
              policy: driftFor(personId),
              shape: echoes.shape,
              at: link.at,
            });
      await saveLink(personId, heeded.link, heeded);
      echoes.shape = heeded.shape;
      const before = linkedId(present);
      if (before !== null && before !== link?.targetId) accounts.release(before, personId);
      if (heeded.link === null) people.delete(personId);
      else people.set(personId, heeded.link);
      const planned = linkedId(knownPeople.get(personId));
      if (planned !== null && link?.targetId && link.targetId !== planned) replaced.set(planned, personId);
    },
    async setGroupLink(groupId, given) {
      // A write does not make it forgotten how often the same had to be written.
      const link =
        given === null ? null : withNotes(given, { ...groups.get(groupId)?.drift, ...given.drift });
      await saveGroupLink(groupId, link);
      const before = linkedId(groups.get(groupId));
      if (before !== null && before !== link?.targetId) units.release(before, groupId);
      if (link === null) groups.delete(groupId);
      else groups.set(groupId, link);
    },
  };
}

/** What came of one operation. `skipped`: what it relies on did not come about, and that is reported there. */
export type OutcomeState = 'done' | 'failed' | 'skipped' | 'not-reached';

/** A failure as an issue about its record: ids only. */
export function issueOf(error: unknown, operation: Operation): Issue {
  const person = isPersonOperation(operation) || operation.kind === 'set-manager';
  const subject = { kind: person ? ('person' as const) : ('group' as const), id: operation.subject };
  if (error instanceof TargetError || error instanceof RecordError) {
    return { code: error.code, severity: 'error', subject, message: error.message, remedy: error.remedy };
  }
  return {
    code: 'PUSH_UNEXPECTED',
    severity: 'error',
    subject,
    message: `${operation.kind} failed: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'The next run tries again; if it persists, report it with this message.',
  };
}

/** A record that cannot be written as planned, for a reason found while applying. */
export class RecordError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.name = 'RecordError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** What applying a plan works with: the client, the links as they are now, and the book of what happened. */
import type { Issue } from '../../errors.js';
import type { GroupLink, Link } from '../../identity/person.js';
import type { OnProgress } from '../../progress.js';
import type { Capabilities } from '../capabilities.js';
import type { TargetClient } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import { linkedId } from '../plan/input.js';
import type { Operation } from '../plan/operation.js';
import type { TargetProfile } from '../profile.js';
import { createEchoSame, type Same } from '../shape/compare.js';
import { createUserShaper, type UserShaper } from '../shape/user-body.js';

export interface ApplyInput {
  client: TargetClient;
  profile: TargetProfile;
  capabilities: Capabilities;
  /** The links that the plan was made of, by bridge id; not changed. */
  links: ReadonlyMap<string, Link>;
  groupLinks: ReadonlyMap<string, GroupLink>;
  /** Durable once resolved (R21); null removes the link. */
  saveLink(personId: string, link: Link | null): Promise<void>;
  saveGroupLink(groupId: string, link: GroupLink | null): Promise<void>;
  /** The present instant, ISO. */
  now(): string;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface ApplyContext
  extends Omit<ApplyInput, 'links' | 'groupLinks' | 'saveLink' | 'saveGroupLink'> {
  readonly shaper: UserShaper;
  readonly echoSame: Same;
  readonly issues: Issue[];
  /** People whose own operation failed: that is reported once, not again for each of their groups. */
  readonly failed: Set<string>;
  link(personId: string): Link | undefined;
  groupLink(groupId: string): GroupLink | undefined;
  /** Saves durably, then makes it the present link. */
  setLink(personId: string, link: Link | null): Promise<void>;
  setGroupLink(groupId: string, link: GroupLink | null): Promise<void>;
  /** The person to whom an account of the target is linked. */
  ownerOf(targetId: string): string | undefined;
  /** The unit to which a group of the target is linked. */
  unitOf(targetId: string): string | undefined;
}

export function createContext(input: ApplyInput): ApplyContext {
  const { links, groupLinks, saveLink, saveGroupLink, ...rest } = input;
  const people = new Map(links);
  const groups = new Map(groupLinks);
  const owners = new Map<string, string>();
  for (const [personId, link] of people) {
    const targetId = linkedId(link);
    if (targetId !== null) owners.set(targetId, personId);
  }
  return {
    ...rest,
    shaper: createUserShaper(input.profile, input.capabilities),
    echoSame: createEchoSame({ userNameCaseExact: input.capabilities.userNameCaseExact }),
    issues: [],
    failed: new Set(),
    link: (personId) => people.get(personId),
    groupLink: (groupId) => groups.get(groupId),
    ownerOf: (targetId) => owners.get(targetId),
    unitOf: (targetId) => Array.from(groups).find(([, link]) => linkedId(link) === targetId)?.[0],
    async setLink(personId, link) {
      await saveLink(personId, link);
      const before = linkedId(people.get(personId));
      if (before !== null) owners.delete(before);
      if (link === null) people.delete(personId);
      else people.set(personId, link);
      if (link?.targetId) owners.set(link.targetId, personId);
    },
    async setGroupLink(groupId, link) {
      await saveGroupLink(groupId, link);
      if (link === null) groups.delete(groupId);
      else groups.set(groupId, link);
    },
  };
}

/** What came of one operation. `skipped`: what it relies on did not come about, and that is reported there. */
export type OutcomeState = 'done' | 'failed' | 'skipped' | 'not-reached';

/** A failure as an issue about its record: ids only. */
export function issueOf(error: unknown, operation: Operation): Issue {
  const person = operation.kind.endsWith('-user') || operation.kind === 'set-manager';
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

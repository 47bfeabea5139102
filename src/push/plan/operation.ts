/** What a plan consists of: plain data, so that it can be stored, hashed, printed, approved and applied later. */
import type { JsonObject } from '../../json.js';
import type { Change } from '../shape/diff.js';
import type { Finding } from './finding.js';

interface OperationBase {
  /** `create-user:<bridge id>`: stable between two plans for the same thing. */
  id: string;
  /** Bridge id of the person or group. */
  subject: string;
  /** Name for people who read the plan; never logged. */
  label: string;
  /** Why, in words. */
  reason: string;
  /** Empty where something is made: its body says it all. */
  changes: Change[];
}

/** A manager whose id on the target is not known yet when the plan is made. */
export interface LateManager {
  /** Bridge id of the manager. */
  personId: string;
  /** What to send, where the profile names managers by something else than the target's id; null: the id, once known. */
  value: string | null;
}

interface UserOperation extends OperationBase {
  /** The whole body wanted, in the target's form; becomes `Link.sent` once acknowledged. */
  body: JsonObject;
  /** Added to the body when applied. */
  manager: LateManager | null;
  /** Operations of a later wave rely on those of earlier ones: managers first, a userName freed before it is taken. */
  wave: number;
}

export interface CreateUser extends UserOperation {
  kind: 'create-user';
  /** The target has not been searched for the person, or an earlier create was never acknowledged: look before creating. */
  lookFirst: boolean;
}

export interface AdoptUser extends UserOperation {
  kind: 'adopt-user';
  targetId: string;
  matchedBy: 'externalId' | 'userName' | 'emails';
}

export interface UpdateUser extends UserOperation {
  kind: 'update-user' | 'reactivate-user';
  targetId: string;
  /** Nobody wants the account: where it is gone, it is not made again. */
  onlyIfThere?: true;
}

/** What makes an account inactive: leavers count apart from people who are merely no longer wanted. */
export type DeactivationCause = 'contract-ended' | 'left-scope' | 'other-source';

export interface DeactivateUser extends UserOperation {
  kind: 'deactivate-user';
  /** Null: a create that was interrupted may have made the account, so it is looked for. */
  targetId: string | null;
  mode: 'active-false' | 'delete';
  cause: DeactivationCause;
}

export interface SetManager extends OperationBase {
  kind: 'set-manager';
  manager: LateManager;
}

export interface CreateGroup extends OperationBase {
  kind: 'create-group';
  body: JsonObject;
  lookFirst: boolean;
}

export interface AdoptGroup extends OperationBase {
  kind: 'adopt-group';
  targetId: string;
  body: JsonObject;
  /** Target ids of the wanted members that it already has. */
  members: string[];
}

export interface UpdateGroup extends OperationBase {
  kind: 'update-group';
  targetId: string;
  body: JsonObject;
}

export interface ChangeMembers extends OperationBase {
  kind: 'change-members';
  /** Bridge ids: some of them get their target id only while the plan is applied. */
  add: string[];
  /** Target ids from our own ledger. */
  remove: string[];
  waiting?: WaitingMembers;
}

export interface ReleaseGroup extends OperationBase {
  kind: 'release-group';
  targetId: string;
  mode: 'empty' | 'delete';
  remove: string[];
  waiting?: WaitingMembers;
}

/** Who is to join or leave as well, and waits since that was refused alone: not written. */
export interface WaitingMembers {
  add: string[];
  remove: string[];
}

export type PersonOperation = CreateUser | AdoptUser | UpdateUser | DeactivateUser;
export type GroupOperation = CreateGroup | AdoptGroup | UpdateGroup;
export type MemberOperation = ChangeMembers | ReleaseGroup;
export type Operation = PersonOperation | SetManager | GroupOperation | MemberOperation;
export type OperationKind = Operation['kind'];

export function isPersonOperation(operation: Operation): operation is PersonOperation {
  return operation.kind.endsWith('-user');
}

export function isGroupOperation(operation: Operation): operation is GroupOperation {
  return operation.kind.endsWith('-group') && operation.kind !== 'release-group';
}

export function isMemberOperation(operation: Operation): operation is MemberOperation {
  return operation.kind === 'change-members' || operation.kind === 'release-group';
}

/** An operation, or the part of one, that a guard keeps back. */
export interface Held {
  operation: Operation;
  /** Which guard: `HELD_INCOMPLETE_READING`, `HELD_PROTECTED_PERSON`, `HELD_LAST_MEMBER`, `HELD_OVER_BUDGET`. */
  code: HeldCode;
  /** In words. */
  reason: string;
}

export type HeldCode =
  | 'HELD_INCOMPLETE_READING'
  | 'HELD_PROTECTED_PERSON'
  | 'HELD_LAST_MEMBER'
  | 'HELD_OVER_BUDGET';

export interface PlanSummary {
  /** People in scope. */
  people: number;
  groups: number;
  /** People and groups that need nothing. */
  unchanged: number;
  outOfScope: number;
  operations: Partial<Record<OperationKind, number>>;
  membersAdded: number;
  membersRemoved: number;
  /** Skipped records by code. */
  skipped: Record<string, number>;
  held: number;
  awaiting: number;
}

/** How much there is on the target that is ours: what budgets take percentages of. */
export interface Population {
  activePeople: number;
  memberships: number;
  groups: number;
}

export interface Plan {
  target: string;
  /** The instant for which it was made, ISO. */
  at: string;
  /** In the order of application. */
  operations: Operation[];
  /** Records left out, with the reason. */
  skipped: Finding[];
  /** Done, but with a loss that is worth knowing. */
  notes: Finding[];
  held: Held[];
  /** Adoptions on an e-mail alone (R14): done only by a push that has an approval of this plan. */
  awaiting: AdoptUser[];
  /** Names of those who join (by bridge id) and leave (by target id) groups; earlier versions kept none. */
  memberNames?: Record<string, string>;
  summary: PlanSummary;
  population: Population;
  /**
   * SHA-256 over what is wanted: the operations, those over budget, and the adoptions that await approval. Two plans with
   * one hash do the same; an approval names it.
   */
  hash: string;
}

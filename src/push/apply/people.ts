/** Operations on accounts. Each resolves to its outcome, or throws what stood in the way. */
import type { JsonObject } from '../../json.js';
import { pathOf } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import { linkedId } from '../plan/input.js';
import type {
  CreateUser,
  DeactivateUser,
  LateManager,
  PersonOperation,
  SetManager,
  UpdateUser,
} from '../plan/operation.js';
import type { Acknowledged } from '../reconcile/answer.js';
import { onCreateOnly } from '../reconcile/eyes.js';
import { leftAlone } from '../reconcile/notes.js';
import { type Change, diffBodies } from '../shape/diff.js';
import { isInactive } from '../shape/fit.js';
import { holdStill } from '../shape/leaves.js';
import { parseTargetPath, readAt } from '../shape/target-path.js';
import { believedId, settleCreate } from './answers.js';
import { explainConflict, isConflict, isTaken, linkedElsewhere } from './conflict.js';
import { type ApplyContext, type OutcomeState, RecordError } from './context.js';
import { findUser, mayTryAgain, type Search } from './find-again.js';
import { writeChanges } from './write.js';

export async function applyPersonOperation(
  operation: PersonOperation,
  context: ApplyContext,
): Promise<OutcomeState> {
  switch (operation.kind) {
    case 'create-user':
      await createUser(operation, withLateManager(operation, context), operation.lookFirst, context);
      break;
    case 'adopt-user':
      if (!context.claimAccount(operation.targetId, operation.subject))
        throw linkedElsewhere(operation.targetId, context);
      await update(operation.subject, operation.targetId, operation, context);
      break;
    case 'update-user':
    case 'reactivate-user':
      // Only the manager was to be set, and has no account.
      if (operation.changes.length === 0 && withLateManager(operation, context) === operation.body)
        return 'skipped';
      await updateOrFindAgain(operation, context);
      break;
    case 'deactivate-user':
      await deactivate(operation, context);
  }
  return 'done';
}

const SENT: Search = { isThorough: true, isSent: true };

/** Journals the intent, creates, journals the acknowledgement; a doubtful outcome is looked up before anything is repeated. */
async function createUser(
  { subject }: Pick<CreateUser, 'subject'>,
  body: JsonObject,
  lookFirst: boolean,
  context: ApplyContext,
): Promise<void> {
  const endpoint = context.capabilities.usersEndpoint;
  const interrupted = context.link(subject)?.state === 'intent';
  const how = { isThorough: interrupted, isSent: false };
  if (lookFirst && (await adoptFound(subject, body, how, context))) return;
  await context.setLink(subject, { state: 'intent', targetId: null, sent: null, at: context.now() });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const made = await context.client.create(endpoint, body);
      const id = believedId(made, body, (id) => context.claimAccount(id, subject));
      if (id !== null) {
        await acknowledge(subject, id, body, { resource: made.resource, changes: null }, context);
        return;
      }
      const found = await adoptFound(subject, body, SENT, context);
      settleCreate(made.id, found, { endpoint, subject: { kind: 'person', id: subject } }, context);
      return;
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      // Refused for certain: the intent is void, and the next run need not look for an account.
      if (!error.mayHaveHappened) await context.setLink(subject, null);
      if (!isConflict(error) && !error.mayHaveHappened) throw error;
      if (await adoptFound(subject, body, SENT, context)) return;
      if (isConflict(error))
        throw await explainConflict(error, { kind: 'person', body, targetId: null }, context);
      if (!mayTryAgain(error, attempt)) throw error;
    }
  }
}

/** Links an account of the person's that is there already, and brings it up to date. */
async function adoptFound(
  subject: string,
  body: JsonObject,
  how: Search,
  context: ApplyContext,
): Promise<boolean> {
  const found = await findUser(context, subject, body, how);
  if (found === undefined) return false;
  const held = [...onCreateOnly(context.profile), ...leftAlone(context.link(subject))];
  const wanted = holdStill(body, found.resource, held);
  const changes = diffBodies(found.resource, wanted, {
    same: context.echoSame,
    removals: false,
    takes: context.shaper.takes,
  });
  const ours = changes.filter(
    ({ path, before }) => path !== 'externalId' || before === undefined || before === '',
  );
  const written = await writeChanges(
    { kind: 'person', targetId: found.targetId, body: wanted },
    ours,
    context,
  );
  await acknowledge(subject, found.targetId, wanted, written, context);
  return true;
}

async function acknowledge(
  subject: string,
  targetId: string,
  body: JsonObject,
  acknowledged: Acknowledged,
  context: ApplyContext,
): Promise<void> {
  await context.setLink(subject, { state: 'linked', targetId, sent: body, at: context.now() }, acknowledged);
}

/**
 * A stored id that the target no longer knows is matched again; where the person is wanted, a lost account is made anew. One that
 * is inactive, or becomes so, takes nothing up any more.
 */
async function updateOrFindAgain(operation: UpdateUser, context: ApplyContext): Promise<void> {
  try {
    await update(operation.subject, operation.targetId, operation, context);
  } catch (error) {
    if (!(error instanceof TargetError) || error.status !== 404) throw error;
    if (operation.onlyIfThere || isInactive(operation.body)) {
      await context.setLink(operation.subject, null);
      return;
    }
    if (context.recreates === false) throw accountGone(operation.targetId);
    await createUser(operation, withLateManager(operation, context), true, context);
  }
}

function accountGone(targetId: string): RecordError {
  return new RecordError(
    'ACCOUNT_GONE',
    `The account ${targetId} was deleted on the target, and what is gone from it is only reported.`,
    'Restore it on the target, or set reconcile: { vanished: recreate } for the target.',
  );
}

async function update(
  subject: string,
  targetId: string,
  operation: { subject: string; body: JsonObject; changes: Change[]; manager: LateManager | null },
  context: ApplyContext,
): Promise<void> {
  const body = withLateManager(operation, context);
  const changes =
    body === operation.body ? operation.changes : [...operation.changes, managerChange(body, context)];
  const written = await writeChanges({ kind: 'person', targetId, body }, changes, context);
  await acknowledge(subject, targetId, body, written, context);
}

/** An account that is gone already, or never came about, needs no deactivation. */
async function deactivate({ subject, ...operation }: DeactivateUser, context: ApplyContext): Promise<void> {
  const { usersEndpoint } = context.capabilities;
  // By now the account may have turned out to be gone.
  const targetId =
    operation.targetId === null
      ? await findInterrupted(subject, operation.body, context)
      : (linkedId(context.link(subject)) ?? undefined);
  if (targetId === undefined) {
    await context.setLink(subject, null);
    return;
  }
  if (operation.mode === 'delete') {
    await context.client.remove(pathOf(usersEndpoint, targetId));
    await context.setLink(subject, null);
    return;
  }
  // All but the switch stays as it is by now, whatever became of what the plan did before.
  const known = operation.targetId === null ? {} : (context.link(subject)?.sent ?? {});
  const sent = context.shaper.withActive(known, false);
  try {
    const after = operation.body.active ?? false;
    const body = operation.targetId === null ? operation.body : sent;
    await writeChanges({ kind: 'person', targetId, body }, [{ path: 'active', after }], context);
  } catch (error) {
    if (!(error instanceof TargetError) || error.status !== 404) throw error;
    await context.setLink(subject, null);
    return;
  }
  await acknowledge(subject, targetId, sent, { resource: undefined, changes: [] }, context);
}

/** The account that an interrupted create may have made. One that is somebody else's is not it. */
async function findInterrupted(
  subject: string,
  body: JsonObject,
  context: ApplyContext,
): Promise<string | undefined> {
  try {
    return (await findUser(context, subject, body, { isThorough: true, isSent: false }))?.targetId;
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** Second pass: both accounts exist now, or one of them failed and is reported there. */
export async function setManager(operation: SetManager, context: ApplyContext): Promise<OutcomeState> {
  const link = context.link(operation.subject);
  const targetId = linkedId(link);
  if (link === undefined || targetId === null) return 'skipped';
  const value = managerKey(operation.manager, context);
  if (value === undefined) {
    noteMissingManager(operation.subject, operation.manager, context);
    return 'skipped';
  }
  const body = context.shaper.withManager(link.sent ?? {}, value);
  const changes = [managerChange(body, context)];
  const written = await writeChanges({ kind: 'person', targetId, body }, changes, context);
  await acknowledge(operation.subject, targetId, body, written, context);
  return 'done';
}

function withLateManager(
  operation: { subject: string; body: JsonObject; manager: LateManager | null },
  context: ApplyContext,
): JsonObject {
  if (operation.manager === null) return operation.body;
  const value = managerKey(operation.manager, context);
  if (value !== undefined) return context.shaper.withManager(operation.body, value);
  noteMissingManager(operation.subject, operation.manager, context);
  return operation.body;
}

function managerKey({ personId, value }: LateManager, context: ApplyContext): string | undefined {
  const targetId = linkedId(context.link(personId));
  return targetId === null ? undefined : (value ?? targetId);
}

function managerChange(body: JsonObject, { shaper }: ApplyContext): Change {
  const after = readAt(body, parseTargetPath(shaper.managerPath));
  return { path: shaper.managerPath, ...(after === undefined ? {} : { after }) };
}

function noteMissingManager(subject: string, manager: LateManager, context: ApplyContext): void {
  context.issues.push({
    code: 'MANAGER_NOT_ON_TARGET',
    severity: 'warning',
    subject: { kind: 'person', id: subject },
    message: `The manager (${manager.personId}) could not be brought to the target; the person has no manager there for now.`,
    remedy: 'Mend what is reported about the manager; the next run sets the link.',
  });
}

/** An answer is believed only as far as it speaks of what was asked for (RFC 7644 sections 3.3, 3.4.1, 3.5). */
import type { Issue } from '../../errors.js';
import type { JsonObject } from '../../json.js';
import { pathOf } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import { isAnother, isSame } from '../recognise.js';
import { type ApplyContext, RecordError } from './context.js';

/** One account or group on the target. */
export interface Addressed {
  endpoint: string;
  targetId: string;
  /** What is wanted of it, or was last sent. */
  body: JsonObject;
}

/**
 * The id that a create was answered with; null where there is none, or it is another's.
 * @param claim takes the id for the record; false when it is another's already
 */
export function believedId(
  { id, resource }: { id: string | undefined; resource: JsonObject | undefined },
  body: JsonObject,
  claim: (id: string) => boolean,
): string | null {
  return id !== undefined && isSame(body, resource) !== false && claim(id) ? id : null;
}

/**
 * Says what came of a create whose answer was not to be believed, after what it made was looked for.
 * @param answered the id in the answer
 * @throws TargetError TARGET_NONSENSE, RecordError ANSWER_MISMATCH when it was not found
 */
export function settleCreate(
  answered: string | undefined,
  found: boolean,
  { endpoint, subject }: { endpoint: string; subject: Issue['subject'] },
  context: ApplyContext,
): void {
  if (answered === undefined) {
    if (!found) throw withoutId(endpoint);
    return;
  }
  const what = `The target answered the create with another resource (${answered})`;
  if (!found)
    throw new RecordError(
      MISMATCH,
      `${what}, and what was asked for cannot be found.`,
      `${NEXT_RUN} ${REMEDY}`,
    );
  context.issues.push(mismatch(subject, `${what}; what was asked for was looked up.`));
}

/** A create that was answered without an id, for something that cannot be found either. */
function withoutId(endpoint: string): TargetError {
  return new TargetError(
    { method: 'POST', path: endpoint },
    {
      kind: 'nonsense',
      code: 'TARGET_NONSENSE',
      message: 'the answer to the create has no id, and the resource cannot be found',
      remedy: 'The next run looks for it again; if it persists, tell the owner of the target.',
      mayHaveHappened: true,
    },
  );
}

/** The resource that a change was answered with; undefined where none is shown, or another, which teaches nothing. */
export function ownAnswer(
  answer: JsonObject | undefined,
  { endpoint, targetId, body }: Addressed,
  context: ApplyContext,
): JsonObject | undefined {
  if (answer === undefined || !isAnother(answer, targetId, body)) return answer;
  const subject =
    endpoint === context.capabilities.usersEndpoint
      ? { kind: 'person' as const, id: context.ownerOf(targetId) ?? targetId }
      : { kind: 'group' as const, id: context.unitOf(targetId) ?? targetId };
  const message = `The target answered a change of ${targetId} with another resource (${answer.id}), so whether it came about is not known from it.`;
  context.issues.push(mismatch(subject, message));
  return undefined;
}

/** @throws RecordError ANSWER_MISMATCH when another resource is shown: nothing is to be written over this one from it */
export async function readOwn(
  { endpoint, targetId, body }: Addressed,
  { client }: Pick<ApplyContext, 'client'>,
): Promise<JsonObject> {
  const shown = await client.get(pathOf(endpoint, targetId));
  if (!isAnother(shown, targetId, body)) return shown;
  const message = `Asked for ${targetId}, the target shows another resource (${shown.id}); nothing was written.`;
  throw new RecordError(MISMATCH, message, `${NEXT_RUN} ${REMEDY}`);
}

const MISMATCH = 'ANSWER_MISMATCH';
const NEXT_RUN = 'The next run tries again.';
const REMEDY =
  'Tell the owner of the target, and look at what stands between: a proxy or cache that mixes answers up.';

function mismatch(subject: Issue['subject'], message: string): Issue {
  return { code: MISMATCH, severity: 'warning', subject, message, remedy: REMEDY };
}

/**
 * Whether a bulk answer tells the truth about what was created: a target that mixes its rows up would have every account
 * linked to somebody else. What an answer shows of a resource is compared; where it shows nothing, one resource is read.
 */
import { isJsonObject, type JsonObject } from '../../json.js';
import { isSame } from '../recognise.js';
import { type BulkResult, createdId } from './bulk-answer.js';
import type { Send, TargetRequest } from './exchange.js';
import { TargetError } from './target-error.js';

export interface Created {
  request: TargetRequest;
  result: BulkResult;
}

/**
 * The creates whose rows may be believed. When any row turns out to be another resource's, only those remain whose
 * answer shows what was sent.
 * @param read sends the one GET, where it takes one; a target that does not answer it proves nothing
 */
export async function believable<T extends Created>(
  created: readonly T[],
  read: Send,
): Promise<{ believed: ReadonlySet<T>; mixedUp: boolean }> {
  const compared = created.map((one) => ({ one, isSame: isSame(one.request.body, one.result.response) }));
  const unseen = compared.find(({ isSame }) => isSame === undefined)?.one;
  const mixedUp =
    compared.some(({ isSame }) => isSame === false) ||
    (unseen !== undefined && isSame(unseen.request.body, await readCreated(unseen, read)) === false);
  const sure = compared.filter(({ isSame }) => isSame === true || (isSame === undefined && !mixedUp));
  return { believed: new Set(sure.map(({ one }) => one)), mixedUp };
}

async function readCreated({ request, result }: Created, read: Send): Promise<JsonObject | undefined> {
  const path = `${request.path}/${encodeURIComponent(createdId(result) ?? '')}`;
  try {
    const { body } = await read({ method: 'GET', path });
    return isJsonObject(body) ? body : undefined;
  } catch (error) {
    if (error instanceof TargetError) return undefined;
    throw error;
  }
}

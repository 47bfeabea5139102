/** What is remembered of a target as a whole: how it writes what it is sent, and when it was last reconciled. */
import { isDeepStrictEqual } from 'node:util';
import type { Failing } from '../push/failing.js';
import type { EchoShape } from '../push/shape/fold.js';
import type { Collection, StoredRecord } from '../store/store.js';
import type { Target } from './target.js';

/** Its id is the target's name. */
export interface TargetMemory extends StoredRecord {
  /** At another address, all of it may be otherwise. */
  url: string;
  /** How the target writes what it is sent, by path (R25). */
  echoes: EchoShape;
  /** ISO instant of the last reconciliation; null before the first. */
  reconciledAt: string | null;
  /** ISO instant since which it has been down; left out while it is up. */
  downSince?: string | undefined;
  /** What was failing there after the last run; left out while nothing is. */
  failing?: Failing | undefined;
}

export async function recallTarget(
  { name, config }: Pick<Target, 'name' | 'config'>,
  memories: Collection<TargetMemory>,
): Promise<TargetMemory> {
  const known = await memories.get(name);
  if (known?.url === config.url) return known;
  return { id: name, version: known?.version ?? 0, url: config.url, echoes: {}, reconciledAt: null };
}

/** Stores what has become of a memory, if anything has; resolves to what is stored. */
export async function keepMemory(
  memories: Collection<TargetMemory>,
  before: TargetMemory,
  now: Pick<TargetMemory, 'echoes' | 'reconciledAt' | 'downSince' | 'failing'>,
): Promise<TargetMemory> {
  const isSame =
    now.echoes === before.echoes &&
    now.reconciledAt === before.reconciledAt &&
    now.downSince === before.downSince &&
    isDeepStrictEqual(now.failing, before.failing);
  if (isSame) return before;
  const [stored] = await memories.put([{ ...before, ...now }]);
  return stored ?? before;
}

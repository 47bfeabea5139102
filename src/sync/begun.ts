/** Which scheduled synchronisation was begun last: whoever starts later can tell that it was broken off. */
import type { Collection, StoredRecord } from '../store/store.js';

/** One record. */
export interface BegunSync extends StoredRecord {
  /** That of the schedule, ISO. */
  instant: string;
  times: number;
}

const ID = 'last';
/** What ends the process each time is not begun for ever. */
const MOST_TIMES = 5;

/** To be called before each attempt at the synchronisation of a scheduled instant. */
export async function noteBegun(begun: Collection<BegunSync>, instant: string): Promise<void> {
  const last = await begun.get(ID);
  const times = last?.instant === instant ? last.times + 1 : 1;
  await begun.put([{ id: ID, version: last?.version ?? 0, instant, times }]);
}

/** Whether somebody began it, and another attempt may end better. */
export async function isBegun(begun: Collection<BegunSync>, instant: string): Promise<boolean> {
  const last = await begun.get(ID);
  return last?.instant === instant && last.times < MOST_TIMES;
}

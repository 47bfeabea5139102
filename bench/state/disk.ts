/** What this machine's disk gives: appends of the size of one change, each synced, one after the other. */
import fs from 'node:fs/promises';
import path from 'node:path';

/** Bytes of one changed person in the journal. */
const LINE = Buffer.alloc(1_500, 'x');

/** @returns syncs a second */
export async function measureSyncs(folder: string, milliseconds: number): Promise<number> {
  const file = path.join(folder, 'syncs');
  const handle = await fs.open(file, 'w');
  const begin = performance.now();
  let syncs = 0;
  try {
    while (performance.now() - begin < milliseconds) {
      await handle.appendFile(LINE);
      await handle.datasync();
      syncs += 1;
    }
    return (syncs * 1_000) / (performance.now() - begin);
  } finally {
    await handle.close();
    await fs.rm(file);
  }
}

/** Reads what can still be read of a state folder that is too damaged to be opened. */
import type { FileSystem } from './files.js';
import { latestFormat, type Migration } from './format.js';
import { listSegments, salvageJournal } from './journal.js';
import { BUCKETS, journalFolder } from './layout.js';
import { ShardLoader } from './shard-loader.js';
import { Snapshot } from './snapshot.js';
import { Tables } from './tables.js';

/**
 * Every record of which a version can be read, in the newest one that can. What is broken, missing or of a newer format is passed
 * over: records may be absent, or older than what was acknowledged. Writes nothing.
 */
export async function salvage(
  files: FileSystem,
  folder: string,
  migrations: readonly Migration[],
): Promise<Tables> {
  const format = latestFormat(migrations);
  const tables = new Tables(BUCKETS);
  const snapshot = new Snapshot(files, folder, tables, { format, buckets: BUCKETS, boundary: 0, last: 0 });
  const loader = new ShardLoader(files, folder, tables, snapshot, migrations, false);
  await loader.loadReadable();
  const segments = await listSegments(files, journalFolder(folder));
  for await (const batch of salvageJournal(files, segments, format)) loader.apply(batch);
  return tables;
}

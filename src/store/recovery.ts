/** Reads a state folder into tables: shard files first, then the journal over them. */
import path from 'node:path';
import { DamagedFile } from './checked-file.js';
import { damagedFile, newerFormat, replacementInterrupted } from './errors.js';
import { type FileSystem, listNames, makeFolder, syncFolder, unlessMissing } from './files.js';
import { latestFormat, type Migration } from './format.js';
import { listSegments, readJournal, type Segment } from './journal.js';
import {
  BUCKETS,
  DAMAGED,
  journalFolder,
  listedShards,
  MANIFEST,
  type Manifest,
  manifestFile,
  type ShardAddress,
  shardPath,
} from './layout.js';
import { keepDamage, ShardLoader } from './shard-loader.js';
import { Snapshot } from './snapshot.js';
import { Tables } from './tables.js';

export interface Recovered {
  tables: Tables;
  snapshot: Snapshot;
  /** Number of the last batch. */
  last: number;
  /** Bytes of journal that the shard files do not include yet. */
  journalBytes: number;
  /** Shards whose files are damaged or gone; the tables hold what was in them. */
  rebuilt: readonly ShardAddress[];
  /** Format in which the state was written; undefined when there was none yet. */
  format: number | undefined;
}

/**
 * Gives the state as last acknowledged. A damaged shard is rebuilt from the one before it and the journal where those still
 * reach. Writes nothing.
 * @throws `STORE_DAMAGED` when acknowledged data cannot be read or rebuilt, `STORE_TOO_NEW` for a newer format.
 */
export async function recover(
  files: FileSystem,
  folder: string,
  migrations: readonly Migration[],
): Promise<Recovered> {
  const format = latestFormat(migrations);
  const manifest = await readManifest(files, folder, format);
  if (manifest?.aside !== undefined) throw replacementInterrupted(folder);
  const written = manifest ?? { format, buckets: BUCKETS, boundary: 0, last: 0 };
  const { boundary, last: noted, shards = {} } = written;
  const tables = new Tables(written.buckets);
  const snapshot = new Snapshot(files, folder, tables, { ...written, format });
  const [oldest] = await listSegments(files, journalFolder(folder));
  const loader = new ShardLoader(files, folder, tables, snapshot, migrations, oldest?.first === 1);
  await loader.loadAll(listedShards(shards));

  // Listed after the shards were read: beside a process that writes, the journal then reaches at least as far as they do.
  const segments = await listSegments(files, journalFolder(folder));
  const fresh = segments.filter((segment) => segment.first > boundary);
  const replayed = loader.rebuilt.length > 0 ? segments : fresh;
  let last = Math.min(boundary, (replayed[0]?.first ?? boundary + 1) - 1);
  const startsInTime = (replayed[0]?.first ?? 0) <= boundary + 1;
  if (startsInTime) {
    for await (const batch of readJournal(files, replayed, format)) {
      loader.apply(batch);
      last = batch.number;
    }
  }
  const acknowledged = Math.max(noted, loader.newest);
  if (!startsInTime || last < acknowledged) {
    const why = `it has the changes up to ${last}, and ${acknowledged} were acknowledged`;
    throw damagedFile(journalFolder(folder), why, 'changes that exist nowhere else');
  }
  return {
    tables,
    snapshot,
    last,
    journalBytes: await totalSize(files, fresh),
    rebuilt: loader.rebuilt,
    format: manifest?.format,
  };
}

/** Whether anything of a state is in the folder, be it readable or not. */
export async function holdsState(files: FileSystem, folder: string): Promise<boolean> {
  const names = await listNames(files, folder);
  return names.some((name) => [MANIFEST, 'data', 'journal'].includes(name));
}

/** Undefined for a folder that holds no state yet. */
async function readManifest(
  files: FileSystem,
  folder: string,
  format: number,
): Promise<Manifest | undefined> {
  const file = manifestFile(files, folder);
  for (const read of [() => file.read(), () => file.readPrevious()]) {
    const manifest = await read().catch(keepDamage);
    if (manifest === null || manifest instanceof DamagedFile) continue;
    if (manifest.format > format) throw newerFormat(file.path, manifest.format, format);
    return manifest;
  }
  if (await holdsState(files, folder)) {
    throw damagedFile(file.path, 'it is missing or unreadable', 'what is needed to read all other files');
  }
  return undefined;
}

/**
 * Writes rebuilt shards anew at once, since what they were rebuilt from is not kept for long.
 * @returns names under which the damaged files are kept aside
 */
export async function mend(
  files: FileSystem,
  folder: string,
  { snapshot, rebuilt, last }: Recovered,
): Promise<string[]> {
  const aside: string[] = [];
  for (const address of rebuilt) {
    const damaged = shardPath(folder, address);
    const name = `${damaged}${DAMAGED}${last}`;
    await makeFolder(files, path.dirname(damaged));
    if (await keepAside(files, damaged, name)) aside.push(name);
    await snapshot.writeShard(address, last, { keepPrevious: false });
    await syncFolder(files, path.dirname(damaged));
  }
  return aside;
}

/** A file stays where it is too until another takes its place; a folder cannot be replaced by a file. @returns whether there is one */
async function keepAside(files: FileSystem, damaged: string, name: string): Promise<boolean> {
  const found = await unlessMissing(files.stat(damaged));
  if (found === undefined) return false;
  await (found.isDirectory() ? files.rename(damaged, name) : files.link(damaged, name));
  return true;
}

async function totalSize(files: FileSystem, segments: readonly Segment[]): Promise<number> {
  let bytes = 0;
  for (const segment of segments) bytes += (await files.stat(segment.path)).size;
  return bytes;
}

/**
 * Puts records in the place of a state that cannot be opened. Its files are kept aside, since they may be all that is left of
 * somebody. Killed at any instant, the old state stands as it was, or the next start finishes what was begun.
 */
import path from 'node:path';
import { CheckedFile, DamagedFile, PREVIOUS } from './checked-file.js';
import { fileFault } from './errors.js';
import { type FileSystem, guarded, listNames, makeFolder, syncFolder, unlessMissing } from './files.js';
import { latestFormat, MIGRATIONS } from './format.js';
import { Journal } from './journal.js';
import { BUCKETS, dataFolder, journalFolder, MANIFEST, type Manifest, SET_ASIDE } from './layout.js';
import { lockFolder } from './lock.js';
import { readOnlyStore } from './lowdb-reader.js';
import { salvage } from './salvage.js';
import { keepDamage } from './shard-loader.js';
import type { PlacedRecord, Store } from './store.js';
import { BatchPlan, Tables } from './tables.js';

/** The journal of the new state until the old one is out of its way. */
const STAGED = 'journal.new';

/**
 * @param choose what the new state holds, given a store with what could still be read of the old one
 * @returns the folder in which the files of the old state are kept
 * @throws `STORE_LOCKED`, `STORE_READ_ONLY`, `STORE_DISK_FULL` or `STORE_IO`
 */
export async function replaceState(
  files: FileSystem,
  folder: string,
  choose: (salvaged: Store) => Promise<readonly PlacedRecord[]>,
): Promise<string> {
  const lock = await lockFolder(files, folder);
  try {
    const guardedFiles = guarded(files, lock.confirm);
    await setFoldersAside(guardedFiles, folder);
    const records = await choose(readOnlyStore(await salvage(guardedFiles, folder, MIGRATIONS)));
    const aside = await replaceBy(guardedFiles, folder, records);
    await lock.release();
    return aside;
  } catch (error) {
    await lock.release().catch(() => {});
    throw fileFault(error, `replace the state in ${folder}`);
  }
}

async function replaceBy(
  files: FileSystem,
  folder: string,
  records: readonly PlacedRecord[],
): Promise<string> {
  const format = latestFormat(MIGRATIONS);
  const staged = path.join(folder, STAGED);
  await makeFolder(files, staged);
  for (const name of await listNames(files, staged)) await files.unlink(path.join(staged, name));
  const journal = new Journal(files, staged, format);
  const entries = new BatchPlan(new Tables(BUCKETS)).add({ replaceAll: records });
  if (entries.length > 0) await journal.append(1, entries);
  await journal.rotate();

  const aside = await freeName(files, folder);
  await makeFolder(files, path.join(folder, aside));
  const manifest = path.join(folder, MANIFEST);
  await unlessMissing(files.link(manifest, path.join(folder, aside, MANIFEST)));
  const last = Math.min(entries.length, 1);
  // From here on it happens, whatever comes between.
  await write(files, folder, { format, buckets: BUCKETS, boundary: 0, last, shards: {}, aside });
  await finishReplacement(files, folder, format);
  return path.join(folder, aside);
}

/** Does the rest of a replacement that was interrupted, if there is one. To be called by whoever holds the lock. */
export async function finishReplacement(files: FileSystem, folder: string, format: number): Promise<void> {
  const manifest = await new CheckedFile<Manifest>(files, path.join(folder, MANIFEST))
    .read()
    .catch(keepDamage);
  if (manifest === null || manifest instanceof DamagedFile || manifest.format > format) return;
  const { aside, ...finished } = manifest;
  const staged = path.join(folder, STAGED);
  // Interrupted before it was decided: the old state stands.
  if (aside === undefined) return files.rm(staged, { recursive: true, force: true });
  // Gone once it stands in its place, and then everything else does too.
  if (await unlessMissing(files.stat(staged))) {
    for (const old of [path.join(folder, MANIFEST + PREVIOUS), dataFolder(folder), journalFolder(folder)]) {
      await unlessMissing(files.rename(old, path.join(folder, aside, path.basename(old))));
    }
    await files.rename(staged, journalFolder(folder));
    await syncFolder(files, path.join(folder, aside));
  }
  await write(files, folder, finished);
}

/** Without keeping the one before it, which describes other files. */
async function write(files: FileSystem, folder: string, manifest: Manifest): Promise<void> {
  await new CheckedFile<Manifest>(files, path.join(folder, MANIFEST), { keepPrevious: false }).write(
    manifest,
  );
  await syncFolder(files, folder);
}

/** A folder that stands where the description of the state belongs is kept aside: no file could take its place. */
export async function setFoldersAside(files: FileSystem, folder: string): Promise<void> {
  for (const name of [MANIFEST, MANIFEST + PREVIOUS]) {
    const found = await unlessMissing(files.stat(path.join(folder, name)));
    if (found?.isDirectory() !== true) continue;
    await files.rename(path.join(folder, name), path.join(folder, await freeName(files, folder)));
    await syncFolder(files, folder);
  }
}

async function freeName(files: FileSystem, folder: string): Promise<string> {
  const names = new Set(await listNames(files, folder));
  let number = 1;
  while (names.has(`${SET_ASIDE}${number}`)) number += 1;
  return `${SET_ASIDE}${number}`;
}

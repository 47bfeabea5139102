/**
 * The embedded default store. Everything is in memory; a write is acknowledged from the journal, and lowdb files hold the
 * snapshot that keeps the journal short. One process per folder.
 */
import { BridgeError } from '../errors.js';
import { Compactor } from './compactor.js';
import { fileFault } from './errors.js';
import {
  type FileSystem,
  guarded,
  makeFolder,
  nodeFileSystem,
  sweepTemporaryFiles,
  syncFolder,
} from './files.js';
import { latestFormat, MIGRATIONS, type Migration } from './format.js';
import { GroupCommit } from './group-commit.js';
import { Journal } from './journal.js';
import { journalFolder, listCollections } from './layout.js';
import { type FolderLock, lockFolder } from './lock.js';
import { mend, recover } from './recovery.js';
import { finishReplacement, setFoldersAside } from './replacement.js';
import type { Snapshot } from './snapshot.js';
import type { Store } from './store.js';
import { ChangeFeed, TableStore } from './table-store.js';
import type { Tables } from './tables.js';

export interface LowdbOptions {
  /** The state folder; made when missing. */
  folder: string;
  /** Least bytes of journal that are worth a new snapshot; 8 MiB unless told otherwise. */
  compactAfterBytes?: number;
  /** Told about what went wrong without a caller to tell: a snapshot that could not be written, a file set aside. */
  onProblem?: (problem: BridgeError) => void;
  files?: FileSystem;
  migrations?: readonly Migration[];
}

const COMPACT_AFTER_BYTES = 8 * 1024 * 1024;

/**
 * Opens the state in a folder, alone.
 * @throws `STORE_LOCKED`, `STORE_DAMAGED`, `STORE_TOO_NEW`, `STORE_READ_ONLY`, `STORE_DISK_FULL` or `STORE_IO`.
 */
export async function openLowdbStore(options: LowdbOptions): Promise<Store> {
  const { folder, files = nodeFileSystem } = options;
  try {
    await makeFolder(files, folder);
  } catch (error) {
    throw fileFault(error, `make the state folder ${folder}`);
  }
  const lock = await lockFolder(files, folder);
  try {
    return await openLocked({ ...options, files: guarded(files, lock.confirm) }, lock);
  } catch (error) {
    // What went wrong before is what the caller needs to hear; a lock left behind is taken over once this process has ended.
    await lock.release().catch(() => {});
    throw fileFault(error, `open the state in ${folder}`);
  }
}

async function openLocked(options: LowdbOptions & { files: FileSystem }, lock: FolderLock): Promise<Store> {
  const { folder, files, migrations = MIGRATIONS, onProblem = () => {} } = options;
  await sweepTemporaryFiles(files, folder);
  for (const { path } of await listCollections(files, folder)) await sweepTemporaryFiles(files, path);
  await setFoldersAside(files, folder);
  await finishReplacement(files, folder, latestFormat(migrations));
  const recovered = await recover(files, folder, migrations);
  const { tables, snapshot, last, journalBytes } = recovered;
  const keptAside = await mend(files, folder, recovered);
  const outdated = recovered.format !== latestFormat(migrations);
  if (outdated) await snapshot.writeManifest({});
  await makeFolder(files, journalFolder(folder));
  await syncFolder(files, folder);
  for (const file of keptAside) onProblem(rebuiltFile(file));

  const feed = new ChangeFeed();
  const journal = new Journal(files, journalFolder(folder), latestFormat(migrations), lock.confirm);
  const commit = new GroupCommit(journal, tables, last, (entries, bytes) => {
    snapshot.markChanged(entries);
    compactor.noteBytes(bytes);
    feed.tell(tables.apply(entries));
  });
  const leastBytes = options.compactAfterBytes ?? COMPACT_AFTER_BYTES;
  const compactor = new Compactor(snapshot, commit, { pendingBytes: journalBytes, leastBytes, onProblem });
  if (outdated && last > 0) await compactor.run();

  const release = async (): Promise<void> => {
    try {
      try {
        await commit.drain();
        await compactor.stop();
        await journal.rotate();
        await snapshot.writeManifest({ last: commit.last });
      } finally {
        await lock.release();
      }
    } catch (error) {
      throw fileFault(error, `close the state in ${folder}`);
    }
  };
  return new LowdbStore(tables, feed, commit, compactor, snapshot, release);
}

class LowdbStore extends TableStore {
  readonly #compactor: Compactor;
  readonly #snapshot: Snapshot;

  constructor(
    tables: Tables,
    feed: ChangeFeed,
    commit: GroupCommit,
    compactor: Compactor,
    snapshot: Snapshot,
    release: () => Promise<void>,
  ) {
    super(tables, feed, (write) => commit.submit(write), release);
    this.#compactor = compactor;
    this.#snapshot = snapshot;
  }

  /** Brings the snapshot up to date; `forget` also removes what is kept for repairs, damaged files set aside among it. */
  override async compact(options?: { forget?: boolean }): Promise<void> {
    this.assertOpen();
    try {
      await this.#compactor.run();
      this.assertOpen();
      if (!options?.forget) return;
      await this.#snapshot.forgetReplaced();
      await this.#snapshot.forgetDamaged();
    } catch (error) {
      throw fileFault(error, 'bring the snapshot up to date');
    }
  }
}

function rebuiltFile(file: string): BridgeError {
  return new BridgeError('STORE_REBUILT', `A damaged file was rebuilt; what it held is kept as ${file}`, {
    remedy: 'Nothing is lost. Check the disk, and delete that file once you no longer need it.',
  });
}

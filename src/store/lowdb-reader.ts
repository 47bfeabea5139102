/** Looks at a state folder without opening it: takes no lock and writes nothing, so that it works beside a process that writes. */
import { BridgeError } from '../errors.js';
import { fileFault, missingState, readingOnly, systemCode } from './errors.js';
import { type FileSystem, IS_FOLDER, nodeFileSystem, readWhole } from './files.js';
import { MIGRATIONS } from './format.js';
import { manifestFile } from './layout.js';
import { holdsState, type Recovered, recover } from './recovery.js';
import type { Store } from './store.js';
import { ChangeFeed, TableStore } from './table-store.js';
import type { Tables } from './tables.js';

/** A writer that renews its snapshot takes away what the reader was about to read: then it reads again, so many times at most. */
const ATTEMPTS = 100;

/**
 * The state as it was acknowledged at one moment while this call ran.
 * @throws `STORE_MISSING`, `STORE_DAMAGED`, `STORE_TOO_NEW`, `STORE_READ_ONLY` or `STORE_IO`
 */
export async function readState(folder: string, files: FileSystem = nodeFileSystem): Promise<Recovered> {
  const moment = async () => {
    const content = await readWhole(files, manifestFile(files, folder).path);
    return content === IS_FOLDER ? undefined : content?.toString();
  };
  for (let attempt = 1; ; attempt += 1) {
    let before: string | undefined;
    try {
      before = await moment();
      const state = await recover(files, folder, MIGRATIONS);
      if (state.format === undefined) throw missingState(folder);
      return state;
    } catch (error) {
      const isOvertaken = systemCode(error) === 'ENOENT' || (isDamage(error) && (await moment()) !== before);
      if (!isOvertaken || attempt === ATTEMPTS) throw fileFault(error, `read the state in ${folder}`);
    }
  }
}

/**
 * Makes sure that there is one in the folder, in whatever condition.
 * @throws `STORE_MISSING`, `STORE_READ_ONLY` or `STORE_IO`
 */
export async function assertState(folder: string, files: FileSystem = nodeFileSystem): Promise<void> {
  const isThere = await holdsState(files, folder).catch((error: unknown) => {
    throw fileFault(error, `read the state in ${folder}`);
  });
  if (!isThere) throw missingState(folder);
}

function isDamage(error: unknown): boolean {
  return error instanceof BridgeError && error.code === 'STORE_DAMAGED';
}

/** The same as a store whose writes are refused with `STORE_READ_ONLY`. */
export async function readLowdbStore(options: { folder: string; files?: FileSystem }): Promise<Store> {
  return readOnlyStore((await readState(options.folder, options.files)).tables);
}

export function readOnlyStore(tables: Tables): Store {
  const refuse = async () => {
    throw readingOnly();
  };
  return new TableStore(tables, new ChangeFeed(), refuse, async () => {});
}

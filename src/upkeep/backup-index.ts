/** Which backups were taken of a state: a file beside it, so that a backup taken while `serve` has the state can be noted too. */
import path from 'node:path';
import { z } from 'zod';
import { fileFault } from '../store/errors.js';
import { FILE_MODE, makeFolder, nodeFileSystem, unlessMissing } from '../store/files.js';
import type { Backup } from './archive.js';

const INDEX = 'backups.jsonl';

const backupSchema = z.object({
  file: z.string(),
  takenAt: z.string(),
  records: z.number(),
  sha256: z.string(),
});

/** @param folder the state folder. @throws BridgeError STORE_DISK_FULL, STORE_READ_ONLY, STORE_IO */
export async function noteBackup(folder: string, backup: Backup): Promise<void> {
  try {
    await makeFolder(nodeFileSystem, folder);
    const handle = await nodeFileSystem.open(path.join(folder, INDEX), 'a', FILE_MODE);
    try {
      await handle.appendFile(`${JSON.stringify(backup)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileFault(error, `note the backup in ${folder}`);
  }
}

/**
 * Backups noted for a state folder, the oldest first; a line that was cut short counts as none.
 * @throws BridgeError STORE_READ_ONLY, STORE_IO
 */
export async function listBackups(folder: string): Promise<Backup[]> {
  const file = path.join(folder, INDEX);
  const text = await unlessMissing(nodeFileSystem.readFile(file, 'utf8')).catch((error) => {
    throw fileFault(error, `read ${file}`);
  });
  return (text ?? '').split('\n').flatMap((line) => {
    try {
      const { success, data } = backupSchema.safeParse(JSON.parse(line));
      return success ? [data] : [];
    } catch {
      return [];
    }
  });
}

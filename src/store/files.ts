/** The few file-system calls that the store makes, and the careful ways of making them. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './errors.js';

/** Passed in, so that tests can make any call fail like a full or broken disk. */
export type FileSystem = Pick<
  typeof fs,
  'link' | 'mkdir' | 'open' | 'readFile' | 'readdir' | 'rename' | 'rm' | 'stat' | 'unlink' | 'utimes'
>;

export const nodeFileSystem: FileSystem = fs;

/** The same, but everything that changes a file or folder asks first whether it still may. */
export function guarded(files: FileSystem, confirm: () => Promise<void>): FileSystem {
  const ask =
    <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      await confirm();
      return call(...given);
    };
  const openToWrite = ask(files.open);
  return {
    ...files,
    link: ask(files.link),
    rename: ask(files.rename),
    rm: ask(files.rm),
    unlink: ask(files.unlink),
    open: (path, flags, mode) =>
      flags === 'r' ? files.open(path, flags, mode) : openToWrite(path, flags, mode),
  };
}

/** Personal data inside: nobody but the owner. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

const TEMPORARY = '.tmp';
let temporaryFiles = 0;

/**
 * Replaces a file so that after a crash or power cut either the old or the new content stands there, whole: unique
 * temporary name, fsync, rename. The rename itself lasts once `syncFolder` was called.
 * @param content The text, or its parts one after the other.
 * @param previous Where to keep the old content, if given.
 */
export async function replaceFile(
  files: FileSystem,
  file: string,
  content: string | AsyncIterable<string>,
  previous?: string,
): Promise<void> {
  temporaryFiles += 1;
  const temporary = `${file}.${process.pid}-${temporaryFiles}${TEMPORARY}`;
  try {
    const handle = await files.open(temporary, 'wx', FILE_MODE);
    try {
      // Each goes to where the one before it ended.
      for await (const part of typeof content === 'string' ? [content] : content)
        await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (previous !== undefined) await unlessMissing(files.rename(file, previous));
    await files.rename(temporary, file);
  } catch (error) {
    await files.unlink(temporary).catch(() => {});
    throw error;
  }
}

/**
 * Makes a folder and those above it that are missing, for their owner alone, so that they last. One by one: where none can be
 * made, as below /proc, Node's own recursion never ends.
 */
export async function makeFolder(files: FileSystem, folder: string): Promise<void> {
  const wanted = path.resolve(folder);
  const parent = path.dirname(wanted);
  if (parent === wanted || (await unlessMissing(files.stat(wanted)))?.isDirectory()) return;
  await makeFolder(files, parent);
  try {
    await files.mkdir(wanted, { mode: FOLDER_MODE });
  } catch (error) {
    // Another process may have made it meanwhile.
    const isThere = systemCode(error) === 'EEXIST' && (await files.stat(wanted)).isDirectory();
    if (!isThere) throw error;
  }
  await syncFolder(files, parent);
}

/** Makes creations, renames and removals in a folder last. Windows has no such call and needs none. */
export async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what interrupted `replaceFile` calls left behind in a folder. */
export async function sweepTemporaryFiles(files: FileSystem, folder: string): Promise<void> {
  for (const name of await listNames(files, folder)) {
    if (name.endsWith(TEMPORARY)) await files.unlink(path.join(folder, name));
  }
}

/** Names in a folder in ascending order; none when there is no folder. */
export async function listNames(files: FileSystem, folder: string): Promise<string[]> {
  return ((await unlessMissing(files.readdir(folder))) ?? []).sort();
}

/** What stands where a file should be. */
export const IS_FOLDER = Symbol('folder');

/** The bytes of a file; undefined when there is none. */
export async function readWhole(
  files: FileSystem,
  file: string,
): Promise<Buffer | typeof IS_FOLDER | undefined> {
  try {
    return await unlessMissing(files.readFile(file));
  } catch (error) {
    if (systemCode(error) === 'EISDIR') return IS_FOLDER;
    throw error;
  }
}

/** The answer of a file-system call, or undefined when what it asked for does not exist. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

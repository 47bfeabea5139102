/** Where a `serve` on a state folder really listens: for the commands beside it, which see its configuration, not its options. */
import { readFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem, replaceFile } from '../store/files.js';

interface Noted {
  host: string;
  pid: number;
  url: string;
}

const fileIn = (state: string): string => join(state, 'serving.json');

/**
 * Notes where this process listens. Should that fail, nothing but the hint is missing.
 * @param state the folder of the state, which this process has locked
 * @returns takes the note back
 */
export async function noteAddress(state: string, url: string): Promise<() => Promise<void>> {
  const noted: Noted = { host: hostname(), pid: process.pid, url };
  await replaceFile(nodeFileSystem, fileIn(state), JSON.stringify(noted)).catch(() => {});
  return () => unlink(fileIn(state)).catch(() => {});
}

/** Undefined when nobody serves the state, or on another machine. */
export function readNotedAddress(state: string): string | undefined {
  try {
    const { host, pid, url } = JSON.parse(readFileSync(fileIn(state), 'utf8')) as Noted;
    // One that was killed has left its note behind.
    return host === hostname() && process.kill(pid, 0) ? url : undefined;
  } catch {
    return undefined;
  }
}

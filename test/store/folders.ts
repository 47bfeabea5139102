/** Temporary state folders, each removed after the test that asked for it. */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export async function temporaryFolder(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bridge-store-'));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'state');
}

/** Every file below a folder, as paths relative to it, in ascending order. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

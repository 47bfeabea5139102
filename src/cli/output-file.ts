/** Writing what a command made into a file that only its owner may read: plans hold personal data. */
import { writeFile } from 'node:fs/promises';
import { BridgeError } from '../errors.js';

/** @throws BridgeError FILE_UNWRITABLE */
export async function writePrivateFile(file: string, content: string | Buffer): Promise<void> {
  try {
    await writeFile(file, content, { mode: 0o600 });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new BridgeError('FILE_UNWRITABLE', `The file ${file} cannot be written (${code}).`, {
      remedy: 'Name another file, in a folder that exists and may be written to.',
      exitCode: 2,
      cause,
    });
  }
}

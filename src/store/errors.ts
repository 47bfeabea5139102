/** Every way in which a store says no, each with a stable code and a remedy. */
import { BridgeError } from '../errors.js';

/** Codes of the store's errors. */
export type StoreErrorCode =
  | 'STORE_CONFLICT'
  | 'STORE_CLOSED'
  | 'STORE_NAME_INVALID'
  | 'STORE_LOCKED'
  | 'STORE_LOCK_LOST'
  | 'STORE_DISK_FULL'
  | 'STORE_READ_ONLY'
  | 'STORE_IO'
  | 'STORE_DAMAGED'
  | 'STORE_TOO_NEW'
  | 'STORE_MISSING';

function storeError(code: StoreErrorCode, message: string, remedy: string, cause?: unknown): BridgeError {
  return new BridgeError(code, message, { remedy, cause });
}

/** The record's version is not the stored one; `stored` is 0 when there is none. */
export function versionConflict(collection: string, id: string, given: number, stored: number): BridgeError {
  return storeError(
    'STORE_CONFLICT',
    `${collection} ${id} was written as version ${given}, but the stored version is ${stored}`,
    'Read the record again, apply the change to what is stored now, and write it with that version.',
  );
}

/** Others hold a key than its writer found. The key itself is personal data. */
export function foundConflict(collection: string, index: string): BridgeError {
  return storeError(
    'STORE_CONFLICT',
    `which ${collection} hold a key of ${index} has changed since it was looked up`,
    'Look it up again, and decide on what is found now.',
  );
}

export function storeClosed(): BridgeError {
  return storeError('STORE_CLOSED', 'The store is closed', 'Open it again before reading or writing.');
}

export function invalidName(name: string): BridgeError {
  return storeError(
    'STORE_NAME_INVALID',
    `${JSON.stringify(name.slice(0, 80))} cannot name a tenant or a collection`,
    'Use lower-case letters, digits, dots, dashes and underscores, starting and ending with a letter or digit, 64 at most.',
  );
}

export function storeLocked(folder: string, holder: string, lockFile: string): BridgeError {
  return storeError(
    'STORE_LOCKED',
    `The state in ${folder} is in use by ${holder}`,
    `Stop that process, or give this one a state folder of its own. If nothing uses the state any more, delete ${lockFile}.`,
  );
}

/** Whoever stood still for a minute is taken for dead on another machine. */
export function lockLost(folder: string): BridgeError {
  return storeError(
    'STORE_LOCK_LOST',
    `Another process took over the state in ${folder} while this one stood still`,
    'Stop this process: it writes nothing any more. What it acknowledged before is kept, and the other one has it.',
  );
}

/** @param lost What is at stake, in words that end the sentence "it holds …". */
export function damagedFile(path: string, why: string, lost: string): BridgeError {
  return storeError(
    'STORE_DAMAGED',
    `${path} is damaged: ${why}. It holds ${lost}`,
    'Put a backup in its place with `lucca-scim state restore FILE --replace`. Without one, `lucca-scim state salvage` goes on ' +
      'with what can still be read. Both keep the damaged files aside.',
  );
}

/** Another state is about to take the place of the one in `folder`; whoever only reads cannot finish that. */
export function replacementInterrupted(folder: string): BridgeError {
  return storeError(
    'STORE_DAMAGED',
    `The state in ${folder} is being replaced, and that was interrupted`,
    'Start the bridge, or run `lucca-scim plan`: whatever opens the state next finishes it. Nothing is lost.',
  );
}

/** Whether a state is there and cannot be read: damaged, or of a newer version. */
export function isUnreadable(error: unknown): error is BridgeError {
  return error instanceof BridgeError && /^STORE_(DAMAGED|TOO_NEW)$/.test(error.code);
}

/** Whether the store is where it was and could not be spoken to: what is known of it still holds. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof BridgeError && /^STORE_(UNAVAILABLE|TLS_FAILED)$/.test(error.code);
}

export function missingState(folder: string): BridgeError {
  return storeError(
    'STORE_MISSING',
    `There is no state in ${folder}`,
    'Check `state` in bridge.yaml and the folder from which the command runs; a first push makes the state.',
  );
}

/** A store that was opened to be read was asked to write. */
export function readingOnly(): BridgeError {
  return storeError(
    'STORE_READ_ONLY',
    'The store was opened for reading only',
    'Open it with openLowdbStore to write.',
  );
}

export function newerFormat(path: string, found: number, known: number): BridgeError {
  return storeError(
    'STORE_TOO_NEW',
    `${path} was written in format ${found}; this version reads formats up to ${known}`,
    'Run the newer version of lucca-scim-bridge again, or put back a backup made by this version.',
  );
}

/**
 * Turns a failed file-system call into the error an operator can act on. A BridgeError passes as it is.
 * @param doing What was being done, as in "cannot write the journal".
 */
export function fileFault(error: unknown, doing: string): BridgeError {
  if (error instanceof BridgeError) return error;
  const code = systemCode(error);
  const message = `Cannot ${doing}${code === undefined ? '' : ` (${code})`}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const remedy = 'Make room on the disk and try again. Nothing that was acknowledged is lost.';
    return storeError('STORE_DISK_FULL', message, remedy, error);
  }
  if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'EISDIR') {
    const remedy =
      'A file stands where a folder should be, or the other way round: name another state folder.';
    return storeError('STORE_IO', message, remedy, error);
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    const remedy = 'Let the user who runs the bridge read and write the state folder and everything in it.';
    return storeError('STORE_READ_ONLY', message, remedy, error);
  }
  const remedy = 'Check the disk that holds the state folder. Nothing that was acknowledged is lost.';
  return storeError('STORE_IO', message, remedy, error);
}

/** The system's code of a failed call (`ENOENT`), or undefined. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Why a backup cannot be taken or put back. */
import { BridgeError } from '../errors.js';

export function backupExists(file: string): BridgeError {
  return new BridgeError('BACKUP_EXISTS', `${file} is there already.`, {
    remedy: 'Name a file that does not exist yet: a backup never takes the place of another.',
    exitCode: 2,
  });
}

export function backupNowhere(file: string, cause: unknown): BridgeError {
  return new BridgeError('FILE_UNWRITABLE', `${file} cannot be written: its folder does not exist.`, {
    remedy: 'Name a file in a folder that exists and may be written to.',
    exitCode: 2,
    cause,
  });
}

/** @param why completes "it cannot be used: …" */
export function backupInvalid(file: string, why: string): BridgeError {
  return new BridgeError('BACKUP_INVALID', `${file} cannot be used: ${why}. Nothing was changed.`, {
    remedy: 'Take another backup: one made by `lucca-scim state backup`, copied whole.',
    exitCode: 2,
  });
}

/** @param where names the one store that both configurations mean */
export function sameState(where: string): BridgeError {
  return new BridgeError('STATE_SAME', `Both configurations mean ${where}: there is nothing to move.`, {
    remedy:
      'Name with --to a configuration whose `state` is another folder, or whose database is another one.',
    exitCode: 2,
  });
}

/** @param where names the store from which something was to be moved */
export function stateEmpty(where: string): BridgeError {
  return new BridgeError('STATE_EMPTY', `There is nothing in ${where}: there is nothing to move.`, {
    remedy: 'Check `state` or `store` in that configuration, and the folder from which the command runs.',
    exitCode: 2,
  });
}

/** The state that was to give way, or to be filled, cannot be read. @param error as it was opened */
export function stateUnreadable(error: BridgeError): BridgeError {
  return new BridgeError(error.code, error.message, {
    remedy:
      'Give --replace: what is there gives way, and its files are kept aside. Or name an empty folder as `state` of that configuration.',
    cause: error,
  });
}

/** @param where names the store that already holds something */
export function stateNotEmpty(where: string, records: number): BridgeError {
  return new BridgeError('STATE_NOT_EMPTY', `There are ${records} records in ${where} already.`, {
    remedy: 'Name an empty one, or give --replace: everything that it holds then gives way.',
    exitCode: 2,
  });
}

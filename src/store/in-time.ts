/** Writes that came too late. */
import { BridgeError } from '../errors.js';

/** Runs a write; false when the record had changed since it was read, so that the write has to be decided anew. */
export async function isInTime(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof BridgeError && error.code === 'STORE_CONFLICT') return false;
    throw error;
  }
}

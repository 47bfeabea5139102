import { payloadTooLarge } from '../errors.js';

/** Values that the operations of one PATCH may look at: some tenths of a second of work. */
const MAX_LOOKS = 5_000_000;

/** Bounds the work of one PATCH, however many operations it has and however long the lists are that they search. */
export class Budget {
  private left = MAX_LOOKS;

  /** Throws payloadTooLarge when the work asked for so far is too much. */
  spend(looks: number): void {
    this.left -= looks;
    if (this.left < 0)
      throw payloadTooLarge('The operations search too many values: send fewer in one request.');
  }
}

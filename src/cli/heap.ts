/** How much memory a command takes. */
import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 collect garbage sooner instead of growing the heap: a company of 100,000 people then stays well below 600 MB, for
 * about a tenth more time. Not for `serve`: it fills its memory once, at the start, and would collect over and over meanwhile.
 */
export function collectSooner(): void {
  setFlagsFromString('--heap-growing-percent=20');
}

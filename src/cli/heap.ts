/**
 * Lets V8 collect garbage sooner instead of growing the heap: a company of 100,000 people then stays well below 600 MB, for
 * about a tenth more time. Imported for its effect, before anything else.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--heap-growing-percent=20');

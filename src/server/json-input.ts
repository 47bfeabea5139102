/** Checks what the JSON routes outside SCIM are given. */
import type { z } from 'zod';
import { BridgeError } from '../errors.js';

/**
 * The input in the shape of the schema.
 * @throws BridgeError REQUEST_INVALID, with every part that is wrong
 */
export function readInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'request'}: ${message}`,
  );
  throw new BridgeError('REQUEST_INVALID', `The request cannot be understood: ${faults.join('; ')}.`, {
    remedy: 'docs/serving.md describes what each route takes.',
  });
}

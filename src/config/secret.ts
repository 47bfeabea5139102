/** Secrets come from the environment or from files, never from the configuration's own text (R34). */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { BridgeError } from '../errors.js';

/** `${NAME}`, and nothing beside it. */
export const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** `${NAME}` or `{ file: path }`, as written in bridge.yaml. */
export const secretSchema = z.union([
  z.string().superRefine((text, context) => {
    if (REFERENCE.test(text)) return;
    context.addIssue({
      code: 'custom',
      message: 'a secret must not stand in this file',
      params: {
        remedy: 'Write ${NAME} and set the environment variable NAME, or write { file: /path/to/secret }.',
      },
    });
  }),
  z.strictObject({ file: z.string().min(1) }),
]);

export type SecretReference = z.infer<typeof secretSchema>;

/**
 * Fetches the secret behind a reference.
 * @param where the setting's name, for the error message
 * @param folder folder that relative file paths start from
 * @throws BridgeError CONFIG_SECRET_MISSING when the variable is unset or the file unreadable or empty
 */
export function readSecret(
  reference: SecretReference,
  where: string,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if (typeof reference === 'string') {
    const name = REFERENCE.exec(reference)?.[1] ?? '';
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
    throw missing(
      where,
      `the environment variable ${name} is not set`,
      `Set ${name} before starting, for example in the service's environment file.`,
    );
  }
  const path = resolve(folder, reference.file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw missing(
      where,
      `the file ${reference.file} cannot be read`,
      'Create the file, readable by the user that runs the bridge.',
      cause,
    );
  }
  if (text !== '') return text;
  throw missing(where, `the file ${reference.file} is empty`, 'Put the secret into the file.');
}

function missing(where: string, what: string, remedy: string, cause?: unknown): BridgeError {
  return new BridgeError('CONFIG_SECRET_MISSING', `${where}: ${what}.`, { remedy, exitCode: 2, cause });
}

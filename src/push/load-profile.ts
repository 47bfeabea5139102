/** Finds and checks a profile: a packaged one by name, or an own file by path. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkYaml, parseYaml } from '../config/yaml-file.js';
import { BridgeError } from '../errors.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { profileSchema, type TargetProfile } from './profile.js';

const PACKAGED = new URL('../../mappings/targets/', import.meta.url);
const CODE = 'PROFILE_INVALID';

/**
 * Loads a profile and lays the target's own options over it.
 * @param nameOrPath `travelperk`, or a path that ends in .yaml, .yml
 * @param options settings of the profile that this target overrides, nested as in the file
 * @throws BridgeError PROFILE_NOT_FOUND, TARGET_OPTIONS_INVALID; FileError PROFILE_INVALID with file and line; exit code 2
 */
export function loadProfile(
  nameOrPath: string,
  options: Readonly<Record<string, unknown>> = {},
): TargetProfile {
  const own = /\.ya?ml$/.test(nameOrPath);
  const file = own ? nameOrPath : fileURLToPath(new URL(`${packagedName(nameOrPath)}.yaml`, PACKAGED));
  const yaml = parseYaml(read(file, nameOrPath), file, CODE);
  const profile = checkYaml(yaml, profileSchema, CODE);
  if (Object.keys(options).length === 0) return profile;
  const result = profileSchema.safeParse(overlay(yaml.value as JsonObject, options as JsonObject));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`);
  throw new BridgeError(
    'TARGET_OPTIONS_INVALID',
    `The options of the target do not fit its profile: ${faults.join('; ')}.`,
    {
      remedy: 'Correct `options` in bridge.yaml; mappings/targets/generic.yaml explains every setting.',
      exitCode: 2,
    },
  );
}

function packagedName(name: string): string {
  if (/^[a-z0-9-]+$/.test(name)) return name;
  throw notFound(name);
}

function read(file: string, nameOrPath: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw notFound(nameOrPath, cause);
  }
}

function notFound(nameOrPath: string, cause?: unknown): BridgeError {
  return new BridgeError('PROFILE_NOT_FOUND', `There is no target profile ${nameOrPath}.`, {
    remedy:
      'Use generic, travelperk, aws-identity-center, slack, github-emu or salesforce, or a path to your own file.',
    exitCode: 2,
    cause,
  });
}

/** Objects are merged, everything else is replaced. */
function overlay(base: JsonObject, over: JsonObject): JsonObject {
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = result.get(key);
    result.set(key, isJsonObject(below) && isJsonObject(value) ? overlay(below, value) : value);
  }
  return Object.fromEntries(result);
}

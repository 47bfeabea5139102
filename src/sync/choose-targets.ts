/** The targets that a run is for. */
import { BridgeError } from '../errors.js';
import type { Target } from './target.js';

/**
 * @param names all targets when left out or empty
 * @throws BridgeError TARGET_UNKNOWN for a name that the configuration does not have
 */
export function chooseTargets(
  { targets }: { targets: readonly Target[] },
  names: readonly string[] | undefined,
): readonly Target[] {
  if (names === undefined || names.length === 0) return targets;
  return names.map((name) => {
    const target = targets.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    const known = targets.map((candidate) => candidate.name).join(', ') || 'none';
    throw new BridgeError('TARGET_UNKNOWN', `There is no target ${name} in the configuration.`, {
      remedy: `The configured targets are: ${known}.`,
      exitCode: 2,
    });
  });
}

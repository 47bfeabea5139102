/** Faults that come and go, and kills: what may happen to a run. */
import type { Random } from '../../src/testing/lucca/random.js';
import { PRESETS, type Preset, type TargetFault } from '../../src/testing/target/index.js';
import type { World } from './world.js';

export type Turbulence = (world: World, random: Random) => string;

/** By name, with how often each is chosen beside the other. */
export const TURBULENCES: Readonly<Record<string, { play: Turbulence; weight: number }>> = {
  trouble: { play: trouble, weight: 1 },
  doom: { play: doom, weight: 1 },
};

const FAULTS: readonly TargetFault[] = [
  { kind: 'reset' },
  { kind: 'commit-then-reset' },
  { kind: 'throttle', retryAfter: 3 },
  { kind: 'throttle' },
  { kind: 'unavailable' },
  { kind: 'unavailable', retryAfter: 20 },
  { kind: 'error' },
  { kind: 'html' },
  { kind: 'truncated' },
];

/** Faults of a few kinds strike some of the requests from now on. */
function trouble({ target }: World, random: Random): string {
  const kinds = [random.pick(FAULTS), random.pick(FAULTS)];
  const probability = random.pick([0.05, 0.2, 0.5]);
  target.setFault(() => (random.chance(probability) ? random.pick(kinds) : undefined));
  return `trouble: ${kinds.map(({ kind }) => kind).join(', ')} at ${probability}`;
}

/** The bridge dies at one of its next requests to the target, before or after the target heard it. */
function doom(world: World, random: Random): string {
  const at = random.integer(1, 12);
  const isHeard = random.chance(0.5);
  let count = 0;
  world.target.setFault(() => {
    count += 1;
    if (count < at) return undefined;
    const isLast = count === at;
    world.kill();
    return { kind: isLast && isHeard ? 'commit-then-reset' : 'reset' };
  });
  return `killed ${isHeard ? 'after' : 'before'} request ${at}`;
}

export function calm({ target }: World): void {
  target.setFault(undefined);
  target.switches.trouble = [];
  target.switches.doesNothing = false;
}

/** The habits of the member that only bad weather brings out. */
export function stir({ member, target }: World): void {
  const { switches = {} }: Preset = PRESETS[member];
  if (switches.doesNothing) target.switches.doesNothing = true;
}

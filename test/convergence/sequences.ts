/** Random sequences of moves, faults and kills on one member of the zoo, and what must hold after each of them. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { createRandom, type Random } from '../../src/testing/lucca/random.js';
import { PRESET_NAMES, type PresetName } from '../../src/testing/target/index.js';
import { findDisagreements } from './agreement.js';
import { MOVES } from './moves.js';
import { calm, doom, stir, trouble } from './turbulence.js';
import { GROUPS, plant, startWorld, TARGET, USERS, type World } from './world.js';

const DAY_MS = 86_400_000;
/** Runs after the last fault in which everything must have come right. */
const RUNS = 4;

/** Plays sequences one after the other, each on what the last one left; a failure names its seed and everything that happened in it. */
export async function playSequences(member: PresetName, count: number, seed: string): Promise<void> {
  const world = await startWorld(member, { seed });
  const foreign = plantForeigners(world);
  try {
    for (let number = 0; number < count; number += 1) {
      const random = createRandom(`${seed} ${number}`);
      const story = await play(world, random, number === 0);
      const wrong = await settle(world, member, foreign, story);
      expect(wrong, `seed ${JSON.stringify(seed)}, sequence ${number}:\n  ${story.join('\n  ')}`).toEqual([]);
    }
  } finally {
    await world.close();
  }
}

async function play(world: World, random: Random, isFirst: boolean): Promise<string[]> {
  const story: string[] = [];
  if (isFirst) world.target.switches.doesNothing = false;
  for (let moves = isFirst ? 0 : random.integer(1, 5); moves > 0; moves -= 1) {
    story.push(await random.weighted(MOVES)(world, random));
  }
  const turbulence = random.weighted([
    [trouble, 3],
    [doom, 3],
    [undefined, 1],
  ]);
  if (turbulence === undefined) return story;
  // A company that was only pretended to be made is no accident: somebody has to say that all of it is to be made again.
  if (!isFirst) stir(world);
  story.push(turbulence(world, random));
  story.push(await run(world));
  if (world.isDead) await world.restart();
  return story;
}

async function run(world: World): Promise<string> {
  try {
    const [push] = (await world.bridge.push()).targets;
    return `a run: ${push?.result?.done} done, ${push?.result?.failed} failed, ${push?.error?.code ?? 'to its end'}`;
  } catch (error) {
    return `a run that ended with ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A reconciling push, and another one under an approval where a bound held part of it back: somebody has looked at it. */
async function pushApproved({ bridge }: World): ReturnType<World['bridge']['push']> {
  const report = await bridge.push({ reconcile: true });
  const [push] = report.targets;
  if (push?.plan == null || push.error?.code !== 'BUDGET_EXCEEDED') return report;
  await bridge.approve(push.plan.hash, { by: 'ines' });
  return bridge.push({ reconcile: true });
}

/** Calm weather, and runs a day apart until one has nothing to do; gives back what is still wrong then. */
async function settle(
  world: World,
  member: PresetName,
  foreign: ReadonlyMap<string, JsonObject>,
  story: string[],
): Promise<string[]> {
  calm(world);
  let wrong: string[] = ['no run'];
  for (let runs = 0; runs < RUNS && wrong.length > 0; runs += 1) {
    if (runs > 0) world.lucca.clock.advance(DAY_MS);
    const report = await pushApproved(world);
    const push = report.targets.find(({ target }) => target === TARGET);
    story.push(
      `a calm run: ${push?.result?.done} done, ${push?.result?.failed} failed, ${push?.error?.code ?? 'to its end'}, left out: ${push?.plan?.skipped.map(({ code, subject }) => `${code} ${subject}`).join(', ')}`,
    );
    wrong = await findDisagreements(world, member, report, foreign);
  }
  return wrong;
}

/** Accounts, and a group where the target has groups, that the bridge has nothing to do with. */
function plantForeigners(world: World): Map<string, JsonObject> {
  const ids = ['robot', 'guest'].map((name) =>
    plant(world, USERS, { userName: `${name}@elsewhere.example`, displayName: name, active: true }),
  );
  if (world.hasGroups) {
    const members = ids.map((value) => ({ value }));
    ids.push(plant(world, GROUPS, { displayName: 'Foreign club', members }));
  }
  const rows = [...world.target.users(), ...world.target.groups()];
  return new Map(rows.filter(({ id }) => ids.includes(String(id))).map((row) => [String(row.id), row]));
}

/** How many sequences each member meets, and the seed from which all of them follow. */
const COUNT = Number(process.env.SEQUENCES ?? 50);
const SEED = process.env.SEED ?? 'convergence';
const LONGEST_MS = 12 * 3_600_000;

export function describeConvergence(kind: string, isMember: (name: PresetName) => boolean): void {
  describe(`${kind}, whatever happened, once the weather is calm`, () => {
    it.each(PRESET_NAMES.filter(isMember))(
      '%s holds the effective directory, nobody twice, nothing foreign touched',
      (member) => playSequences(member, COUNT, SEED),
      LONGEST_MS,
    );
  });
}

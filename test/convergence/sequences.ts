/**
 * Random sequences of moves, faults and kills on one member of the zoo, and what must hold after each of them. A world lives
 * through several sequences, each on what the last one left; a failure is shrunk to the moves that it takes.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { createRandom, type Random } from '../../src/testing/lucca/random.js';
import { PRESET_NAMES, type PresetName } from '../../src/testing/target/index.js';
import { findDisagreements } from './agreement.js';
import { MOVES, type Move } from './moves.js';
import { calm, stir, TURBULENCES, type Turbulence } from './turbulence.js';
import { GROUPS, plant, startWorld, TARGET, USERS, type World } from './world.js';

const DAY_MS = 86_400_000;
/** Runs after the last fault in which everything must have come right. */
const RUNS = 4;
/** Sequences that one world lives through. */
const LIFE = 10;

/** Something that may happen, by its name, with dice for what is left to chance in it. */
interface Event {
  name: string;
  dice: number;
}

interface Sequence {
  moves: readonly Event[];
  /** The weather of the run that follows them; without one there is no run before the weather is calm. */
  turbulence: Event | null;
}

const dice = fc.noShrink(fc.integer());

function eventOf(choices: Readonly<Record<string, { weight: number }>>): fc.Arbitrary<Event> {
  const named = Object.entries(choices).map(([name, { weight }]) => ({
    weight,
    arbitrary: fc.constant(name),
  }));
  return fc.record({ name: fc.oneof(...named), dice });
}

const sequence: fc.Arbitrary<Sequence> = fc.record({
  moves: fc.array(eventOf(MOVES), { maxLength: 5, size: 'max' }),
  turbulence: fc.option(eventOf(TURBULENCES), { freq: 6 }),
});

const life = fc.array(sequence, { minLength: LIFE, maxLength: LIFE });

/** Plays sequences one after the other in a world of their own. Throws with the story of the first after which something is wrong. */
async function live(member: PresetName, company: number, sequences: readonly Sequence[]): Promise<void> {
  const world = await startWorld(member, { seed: String(company), target: { idpOnly: 'push' } });
  const foreign = plantForeigners(world);
  try {
    for (const [number, each] of sequences.entries()) {
      const story = await play(world, each, number === 0);
      const wrong = await settle(world, member, foreign, story);
      if (wrong.length > 0)
        throw new Error(
          [`sequence ${number} of the company ${company}:`, ...story, 'WRONG:', ...wrong].join('\n  '),
        );
    }
  } finally {
    await world.close();
  }
}

async function play(world: World, { moves, turbulence }: Sequence, isFirst: boolean): Promise<string[]> {
  const story: string[] = [];
  if (isFirst) world.target.switches.doesNothing = false;
  for (const move of moves) story.push(await happen<Move>(MOVES, move, world));
  if (turbulence === null) return story;
  // A company that was only pretended to be made is no accident: somebody has to say that all of it is to be made again.
  if (!isFirst) stir(world);
  story.push(await happen<Turbulence>(TURBULENCES, turbulence, world));
  story.push(await run(world));
  if (world.isDead) await world.restart();
  return story;
}

function happen<T extends (world: World, random: Random) => string | Promise<string>>(
  choices: Readonly<Record<string, { play: T }>>,
  { name, dice }: Event,
  world: World,
): string | Promise<string> {
  return choices[name]?.play(world, createRandom(dice)) ?? `nothing is called ${name}`;
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
      ...(push?.result?.issues ?? []).map(({ code, message }) => `  ${code}: ${message}`),
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

/** How many sequences each member meets, others than its neighbours, and the seed from which all of them follow. */
const COUNT = Number(process.env.SEQUENCES ?? 50);
const SEED = Number(process.env.SEED ?? 1);
const LONGEST_MS = 12 * 3_600_000;

export function describeConvergence(kind: string, isMember: (name: PresetName) => boolean): void {
  describe(`${kind}, whatever happened, once the weather is calm`, () => {
    it.each(PRESET_NAMES.filter(isMember))(
      '%s holds the effective directory, nobody twice, nothing foreign touched',
      (member) =>
        fc.assert(
          fc.asyncProperty(dice, life, (company, sequences) => live(member, company, sequences)),
          { numRuns: Math.ceil(COUNT / LIFE), seed: SEED + PRESET_NAMES.indexOf(member) },
        ),
      LONGEST_MS,
    );
  });
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolveUser } from '../../src/identity/resolve.js';
import { compileRules } from '../../src/identity/rules.js';
import type { JsonObject } from '../../src/json.js';
import { USER } from '../../src/scim/schema.js';
import { pathsWritten, type SharedTarget, shareTarget } from './shared-target.js';

const RUNS = Number(process.env.SSO_SEQUENCES ?? 12);

/** What SSO may change, and how Lucca changes the same. */
const NAMES = ['name.givenName', 'name.familyName', 'displayName', 'userName'] as const;

type Step =
  | { who: 'sso'; person: number; path: (typeof NAMES)[number]; text: string }
  | { who: 'somebody'; person: number; title: string }
  | { who: 'lucca'; person: number; firstName: string }
  | { who: 'lucca-job'; person: number; jobTitle: string }
  | { who: 'bridge'; reconcile: boolean };

const person = fc.nat({ max: 2 });
const word = fc.constantFrom('Ada', 'Noé', 'Zoé', 'Max', 'Léo');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ who: fc.constant('sso' as const), person, path: fc.constantFrom(...NAMES), text: word }),
  fc.record({ who: fc.constant('somebody' as const), person, title: word }),
  fc.record({ who: fc.constant('lucca' as const), person, firstName: word }),
  fc.record({ who: fc.constant('lucca-job' as const), person, jobTitle: word }),
  fc.record({ who: fc.constant('bridge' as const), reconcile: fc.boolean() }),
);

it('whatever SSO, people and Lucca change, in whatever order: it settles, SSO is never written over once it is known, and nothing foreign is touched', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      const world = await shareTarget({}, {}, { people: 20, seed: 7 });
      try {
        await play(world, steps);
      } finally {
        await world.close();
      }
    }),
    { numRuns: RUNS },
  );
});

async function play(world: SharedTarget, steps: readonly Step[]): Promise<void> {
  await world.push();
  const ids = world.target.users().map(({ externalId }) => Number(externalId));
  const stranger = await world.add('/Users', { schemas: [USER], userName: 'guest', title: 'Guest' });
  const guest = () => world.target.users().find(({ id }) => id === stranger);
  const untouched = guest();

  const push = async (reconcile: boolean) => {
    const known = new Map<unknown, string[]>();
    for (const luccaId of ids) known.set(world.account(luccaId).id, await ownedBySso(world, luccaId));
    await world.push({ reconcile });
    for (const [id, owned] of known)
      expect(pathsWritten(world.writes(), id).filter((path) => owned.includes(path))).toEqual([]);
  };

  for (const [index, one] of steps.entries()) {
    const luccaId = 'person' in one ? (ids[one.person % ids.length] ?? 0) : 0;
    const path = () => `/Users/${world.account(luccaId).id}`;
    if (one.who === 'bridge') await push(one.reconcile);
    // Each change is a new value, so that it is one.
    else if (one.who === 'somebody') await world.edit(path(), { title: `${one.title} ${index}` });
    else if (one.who === 'sso') await world.edit(path(), { [one.path]: `${one.text}${index}` });
    else if (one.who === 'lucca')
      world.lucca.edit.rename(luccaId, { firstName: `${one.firstName} ${index}` });
    else world.lucca.edit.move(luccaId, { jobTitle: `${one.jobTitle} ${index}` });
  }

  await push(true);
  await push(true);
  const settled = await world.reconcile();
  expect(settled.plan?.operations).toEqual([]);
  expect(settled.reconciliation?.drift).toEqual([]);
  expect(world.writes()).toEqual([]);
  expect(guest()).toEqual(untouched);
  expect(new Set(world.target.users().map(({ userName }) => userName)).size).toBe(ids.length + 1);
  for (const luccaId of ids) await expectEffective(world, luccaId);
}

/** Paths about which the target is known to have its say. */
async function ownedBySso(world: SharedTarget, luccaId: number): Promise<string[]> {
  const said = (await world.person(luccaId)).assertions['target:travel']?.attributes ?? {};
  const name = Object.keys((said.name ?? {}) as JsonObject).map((part) => `name.${part}`);
  return [...Object.keys(said).filter((path) => path !== 'name'), ...name];
}

/** The account shows what precedence makes of the person. */
async function expectEffective(world: SharedTarget, luccaId: number): Promise<void> {
  const account = world.account(luccaId);
  const effective = resolveUser(
    await world.person(luccaId),
    compileRules(),
    new Date(world.lucca.clock.now()).toISOString(),
  );
  for (const path of ['userName', 'displayName', 'title'])
    expect([luccaId, path, account[path]]).toEqual([luccaId, path, effective[path]]);
  expect(account.name).toMatchObject(effective.name as JsonObject);
}

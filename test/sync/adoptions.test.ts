import { afterEach, describe, expect, it } from 'vitest';
import { GROUP, USER } from '../../src/scim/schema.js';
import { type SharedTarget, shareTarget } from './shared-target.js';

let world: SharedTarget;
afterEach(() => world.close());

const mailOf = (luccaId: number) => world.lucca.state.people().find(({ id }) => id === luccaId)?.mail ?? '';
const user = (over: object) => ({ schemas: [USER], active: true, ...over });
const adoptions = async (state: 'open' | 'gone' | 'dismissed' = 'open') =>
  (await world.bridge.steward.conflicts(state)).filter(({ kind }) => kind === 'adoption');

describe('an account on the target that could be a person (R14)', () => {
  it('waits in the queue, once, until it is settled on the target', async () => {
    world = await shareTarget();
    const name = { givenName: 'Somebody', familyName: 'Else' };
    const id = await world.add('/Users', user({ userName: mailOf(104), name }));
    await world.push();
    await world.push();
    const person = (await world.bridge.steward.search('luccaId', '104'))[0]?.id ?? '';
    const [conflict, ...others] = await adoptions();
    expect(others).toEqual([]);
    expect(conflict).toMatchObject({
      id: `adoption target:travel userName ${person}`,
      source: 'target:travel',
      people: [person],
      adoption: { code: 'ADOPTION_CONFLICT', targetIds: [id], group: null },
    });
    await expect(world.bridge.steward.link(conflict?.id ?? '', { person, by: 'ada' })).rejects.toMatchObject({
      code: 'CONFLICT_OTHER_KIND',
      remedy: expect.stringContaining('userName'),
    });
    await world.edit(`/Users/${id}`, { userName: 'somebody.else@acme.example' });
    await world.push();
    expect(await adoptions()).toEqual([]);
    expect(await adoptions('gone')).toMatchObject([{ id: conflict?.id }]);
  });

  it('stays dismissed while it is the same, and asks again when it is another', async () => {
    world = await shareTarget();
    const name = { givenName: 'Somebody', familyName: 'Else' };
    const first = await world.add('/Users', user({ userName: mailOf(104), name }));
    await world.push();
    const [conflict] = await adoptions();
    await world.bridge.steward.dismiss(conflict?.id ?? '', 'ada');
    await world.push();
    expect(await adoptions()).toEqual([]);
    await world.drop(`/Users/${first}`);
    const second = await world.add('/Users', user({ userName: mailOf(104), name }));
    await world.push();
    expect(await adoptions()).toMatchObject([{ id: conflict?.id, adoption: { targetIds: [second] } }]);
  });

  it('is told of a group as well', async () => {
    world = await shareTarget({ options: { groups: { adoptBy: ['displayName'] } } });
    const ids = await Promise.all(
      [1, 2].map(() => world.add('/Groups', { schemas: [GROUP], displayName: 'Ventes' })),
    );
    await world.push();
    expect(await adoptions()).toMatchObject([
      {
        on: 'displayName',
        people: [],
        adoption: { code: 'AMBIGUOUS_MATCH', group: expect.any(String), targetIds: ids.sort() },
      },
    ]);
  });
});

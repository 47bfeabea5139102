/** What a target teaches is kept from run to run, and shown. */
import { describe, expect, it } from 'vitest';
import { begin, hire, push } from './story.js';

describe('a target that cannot be asked by externalId', () => {
  it('is asked by userName alone from the next run on, and check says why', async () => {
    const world = await begin('travelperk-like', { target: { options: { paging: { pageSize: 1 } } } });
    const keys = () =>
      world.target.requests.flatMap(({ query }) => String(query.filter ?? '').split(' ')[0] || []);
    for (const name of ['Ada', 'Bea']) hire(world, name);
    expect((await push(world)).result).toMatchObject({ failed: 0 });
    expect(keys()).toContain('externalId');
    const { targets } = await world.bridge.check();
    expect(targets[0]?.capabilities?.lessons).toMatchObject([
      { why: '/Users cannot be asked by externalId: the filter was passed over' },
    ]);
    world.target.forgetRequests();
    hire(world, 'Cleo');
    expect((await push(world)).result).toMatchObject({ failed: 0 });
    expect(new Set(keys())).toEqual(new Set(['userName']));
  });
});

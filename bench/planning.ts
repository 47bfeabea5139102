/** Planning against JSON.parse and JSON.stringify of both sides: what is wanted, and what was last sent. */
import type { GroupLink, Link } from '../src/identity/person.js';
import { createIdMaker } from '../src/mapping/ids.js';
import { DEFAULT_MAPPING_FILE, loadMapping } from '../src/mapping/load.js';
import { translate } from '../src/mapping/translate.js';
import type { PlanInput } from '../src/push/plan/input.js';
import type { Plan } from '../src/push/plan/operation.js';
import { createPlan } from '../src/push/plan/plan.js';
import { noLinks, planInput, pretendToApply } from '../test/push/pretend.js';
import {
  type Benchmark,
  type Measurement,
  ratioMeasurement,
  timeMedian,
  valueMeasurement,
} from './benchmark.js';
import { readGenerated } from './directory.js';

/** One in a hundred has another title than was last sent. */
const CHANGED = 100;

export const planning: Benchmark = {
  id: 'planning',
  async run({ short }) {
    const people = short ? 2000 : 100_000;
    const wanted = await wantedOf(people);
    const links = sentFor(wanted);
    const users = wanted.users.map((user, n) =>
      n % CHANGED === 0 ? { ...user, resource: { ...user.resource, title: `New title ${n}` } } : user,
    );
    const input = planInput({ ...wanted, ...links, users });
    const bothSides = JSON.stringify([users, wanted.groups, [...links.links], [...links.groupLinks]]);
    const plan = createPlan(input);
    const rounds = short ? 3 : 5;
    const value = timeMedian(rounds, () => createPlan(input));
    const baseline = timeMedian(rounds, () => JSON.stringify(JSON.parse(bothSides)));
    return [
      ratioMeasurement(`planning.${people}`, 'ms', value, baseline, { atMost: 3 }),
      onlyTheChanged(plan, users.length),
    ];
  },
};

/** The figure means nothing unless the plan is right: an update for each person who changed and is on the target, nothing else. */
function onlyTheChanged({ operations, summary }: Plan, people: number): Measurement {
  const others = operations.length - (summary.operations['update-user'] ?? 0);
  const tooMany = Math.max(0, operations.length - Math.ceil(people / CHANGED));
  return valueMeasurement('planning.needless-operations', 'operations', others + tooMany, { equals: 0 });
}

async function wantedOf(people: number): Promise<Pick<PlanInput, 'users' | 'groups'>> {
  const directory = await readGenerated(people);
  const mapping = await loadMapping(DEFAULT_MAPPING_FILE);
  const { users, groups } = translate(directory, {
    mapping,
    at: directory.readAt,
    ids: createIdMaker(directory.tenant),
  });
  return {
    users: users.map(({ id, attributes, lifecycle }) => ({
      id,
      resource: attributes,
      lifecycle,
      inScope: true,
    })),
    groups,
  };
}

/** The links after a push of everything, as they are when they were read from a store: nothing is shared with what is wanted. */
function sentFor(wanted: Pick<PlanInput, 'users' | 'groups'>) {
  const { links, groupLinks } = noLinks();
  const input = planInput({ ...wanted, links, groupLinks });
  pretendToApply(createPlan(input), { links, groupLinks }, input.profile, input.capabilities);
  return {
    links: new Map<string, Link>(JSON.parse(JSON.stringify([...links]))),
    groupLinks: new Map<string, GroupLink>(JSON.parse(JSON.stringify([...groupLinks]))),
  };
}

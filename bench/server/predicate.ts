/** The compiled predicate of a filter against one written by hand for that filter, over everybody. */
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { compileFilter } from '../../src/scim/filter/index.js';
import { bridgeRegistry, servedTypes } from '../../src/server/bridge/registry.js';
import { type Measurement, ratioMeasurement, timeMedian } from '../benchmark.js';
import { attributesOf } from './population.js';

const FILTERS: readonly { id: string; filter: string; byHand: (user: JsonObject) => boolean }[] = [
  {
    id: 'simple',
    filter: 'title eq "designer"',
    byHand: ({ title }) => typeof title === 'string' && title.toLowerCase() === 'designer',
  },
  {
    id: 'value-path',
    filter: 'emails[type eq "work" and value co "7@acme"]',
    byHand: ({ emails }) =>
      Array.isArray(emails) &&
      emails.some(
        (email) =>
          isJsonObject(email) &&
          typeof email.type === 'string' &&
          email.type.toLowerCase() === 'work' &&
          typeof email.value === 'string' &&
          email.value.toLowerCase().includes('7@acme'),
      ),
  },
];

export function measurePredicates(people: number): Measurement[] {
  // As they are after a restart: what was just put together from pieces is slower to look into.
  const users: JsonObject[] = JSON.parse(
    JSON.stringify(Array.from({ length: people }, (_, number) => attributesOf(number))),
  );
  const { user } = servedTypes(bridgeRegistry);
  return FILTERS.map(({ id, filter, byHand }) => {
    const { matches } = compileFilter(filter, user);
    const count = (test: (each: JsonObject) => boolean): number => {
      let found = 0;
      for (const each of users) if (test(each)) found += 1;
      return found;
    };
    if (count(matches) !== count(byHand)) throw new Error(`${filter} is not what was written by hand`);
    const compiled = timeMedian(25, () => count(matches));
    const written = timeMedian(25, () => count(byHand));
    return ratioMeasurement(`server.predicate.${id}.${people}`, 'ms', compiled, written, { atMost: 2 });
  });
}

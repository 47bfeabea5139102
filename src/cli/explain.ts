/** `lucca-scim explain`: why a person is as they are, value by value. */
import type { Output } from './output.js';
import { printExplanation, withSteward } from './steward.js';

export function explain(person: string, { config }: { config: string }, output: Output): Promise<number> {
  return withSteward(config, output, 'GET /people/{id}/explain', async (steward) => {
    printExplanation(await steward.explain(person), output);
    return 0;
  });
}

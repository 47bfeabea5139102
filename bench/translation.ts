/** Translation of a directory against JSON.stringify of its own result. */
import { createIdMaker } from '../src/mapping/ids.js';
import { DEFAULT_MAPPING_FILE, loadMapping } from '../src/mapping/load.js';
import { translate } from '../src/mapping/translate.js';
import { type Benchmark, ratioMeasurement, timeMedian } from './benchmark.js';
import { readGenerated } from './directory.js';

export const translation: Benchmark = {
  id: 'translation',
  async run({ short }) {
    const people = short ? 2000 : 100_000;
    const directory = await readGenerated(people);
    const mapping = await loadMapping(DEFAULT_MAPPING_FILE);
    const work = () =>
      translate(directory, { mapping, at: directory.readAt, ids: createIdMaker(directory.tenant) });
    const result = work();
    const rounds = short ? 3 : 5;
    const value = timeMedian(rounds, work);
    const baseline = timeMedian(rounds, () => JSON.stringify([result.users, result.groups]));
    return [ratioMeasurement(`translation.${people}`, 'ms', value, baseline, { atMost: 3 })];
  },
};

/** Peak memory of read + translate + plan, measured in a process of its own against a simulator in this one. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startLuccaSimulator } from '../src/testing/lucca/index.js';
import { startTargetSimulator } from '../src/testing/target/index.js';
import { type Benchmark, valueMeasurement } from './benchmark.js';

const run = promisify(execFile);

export const memory: Benchmark = {
  id: 'memory',
  async run({ short }) {
    const people = short ? 2000 : 100_000;
    const lucca = await startLuccaSimulator({ people, quota: { enforced: false } });
    const target = await startTargetSimulator();
    try {
      const script = new URL('./plan-process.js', import.meta.url).pathname;
      const { stdout } = await run(process.execPath, [script], {
        env: {
          ...process.env,
          BENCH: JSON.stringify({ lucca: lucca.config('api-key'), target: target.url }),
        },
        maxBuffer: 1024 * 1024,
      });
      const { peakMegabytes } = JSON.parse(stdout) as { peakMegabytes: number };
      return [valueMeasurement(`memory.read-translate-plan.${people}`, 'MB', peakMegabytes, { atMost: 600 })];
    } finally {
      await Promise.all([lucca.close(), target.close()]);
    }
  },
};

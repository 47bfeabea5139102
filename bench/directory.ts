/** Directories for benchmarks: read from a simulator without a quota, so that what is measured is ours. */
import type { Directory } from '../src/lucca/directory.js';
import { readDirectory } from '../src/lucca/read.js';
import { startLuccaSimulator } from '../src/testing/lucca/index.js';

export const NO_QUOTA = { requestsPerMinute: 1_000_000, reserve: 0 };

export async function readGenerated(people: number): Promise<Directory> {
  const sim = await startLuccaSimulator({ people, quota: { enforced: false } });
  try {
    const { address, apiKey, costCenterAxis } = sim.config('api-key');
    return await readDirectory({ tenant: address, apiKey, costCenterAxis, quota: NO_QUOTA });
  } finally {
    await sim.close();
  }
}

// Reads, translates and plans once, as `lucca-scim plan` does, and prints the peak of its resident memory.
// Plain JavaScript over the built package, so that no compiler sits in the measured process; the heap as the command line sets it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectSooner } from '../dist/cli/heap.js';
import { createBridge } from '../dist/index.js';

collectSooner();

const { lucca, target } = JSON.parse(process.env.BENCH ?? '{}');
const state = mkdtempSync(join(tmpdir(), 'bench-'));
const bridge = await createBridge({
  lucca: { ...lucca, quota: { requestsPerMinute: 1_000_000, reserve: 0 } },
  state,
  targets: { bench: { url: target, token: 'target-token' } },
});
const { targets } = await bridge.plan();
await bridge.close();
rmSync(state, { recursive: true });
if (!targets[0]?.plan) throw targets[0]?.error ?? new Error('no plan');
console.log(JSON.stringify({ peakMegabytes: process.resourceUsage().maxRSS / 1024 }));

/** The target of the push benchmarks, in a process of its own, and a bridge that pushes a generated company to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bridge, createBridge } from '../../src/bridge.js';
import type { LuccaSimulator } from '../../src/testing/lucca/index.js';
import { NO_QUOTA } from '../directory.js';

export interface TargetOptions {
  /** Milliseconds before each answer. */
  latencyMs: number;
  /** Writes a second that are let through; the others are answered 429 with Retry-After: 1. */
  perSecond: number | null;
  /** Operations in one bulk request; 0: no Bulk. */
  bulk: number;
}

/** What the target saw since it was last asked; instants in milliseconds of its own clock. */
export interface Counters {
  requests: number;
  reads: number;
  writes: number;
  throttled: number;
  /** Resources written: those in bulk requests one by one. */
  operations: number;
  /** Members added to groups. */
  members: number;
  firstAt: number;
  lastAt: number;
}

export interface BenchTarget {
  url: string;
  /** What it saw since the last time. */
  counters(): Promise<Counters>;
  close(): Promise<void>;
}

export async function startTarget(options: TargetOptions): Promise<BenchTarget> {
  const script = fileURLToPath(new URL('./target-process.js', import.meta.url));
  const child = fork(script, [JSON.stringify(options)]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    async counters() {
      const answer = once(child, 'message');
      child.send('counters');
      return ((await answer) as [Counters])[0];
    },
    async close() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** A bridge with its ordinary store, in a folder that goes with it. */
export async function withBridge<T>(
  lucca: LuccaSimulator,
  target: { url: string; groups: boolean },
  use: (bridge: Bridge) => Promise<T>,
): Promise<T> {
  const state = await mkdtemp(join(tmpdir(), 'bench-push-'));
  const bridge = await createBridge({
    lucca: { ...lucca.config('api-key'), quota: NO_QUOTA },
    state,
    targets: { bench: { ...target, token: 'target-token' } },
  });
  try {
    return await use(bridge);
  } finally {
    await bridge.close();
    await rm(state, { recursive: true });
  }
}

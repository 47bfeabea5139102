/** `lucca-scim demo`: the whole job against the package's own simulators, told as a story. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bridge, createBridge } from '../../bridge.js';
import type { Clock } from '../../clock.js';
import { printPlan } from '../../push/print-plan.js';
import type { RunReport, TargetPlan, TargetPush } from '../../sync/run.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../testing/target/index.js';
import { printIssues } from '../context.js';
import type { Output } from '../output.js';
import { interruption } from '../simulate.js';
import { liveThroughADay } from './changes.js';

export interface DemoOptions {
  people: number;
  once?: boolean;
}

/** A minute of the simulated tenant, quota included, passes in a second. */
const SPEED = 60;
const TOKEN = 'demo-token';

export async function demo({ people, once }: DemoOptions, output: Output): Promise<number> {
  const lucca = await startLuccaSimulator({ people, clock: { speed: SPEED } });
  const target = await startTargetSimulator({ token: TOKEN });
  const state = mkdtempSync(join(tmpdir(), 'lucca-scim-demo-'));
  try {
    const bridge = await createBridge(
      {
        state,
        lucca: lucca.config('api-key'),
        // One request a change, so that the story can count them; in Bulk they would share requests.
        targets: { demo: { url: target.url, token: TOKEN, options: { bulk: 'off' } } },
      },
      { clock: fastClock(lucca), onProgress: output.onProgress },
    );
    const summary = await tell(bridge, lucca, people, output).finally(() => bridge.close());
    if (once !== true) await stayUp(lucca, target, output);
    output.data(summary);
    return summary.firstRun.failed + summary.afterChanges.failed === 0 ? 0 : 1;
  } finally {
    await Promise.all([lucca.close(), target.close()]);
    rmSync(state, { recursive: true, force: true });
  }
}

async function stayUp(lucca: LuccaSimulator, target: TargetSimulator, output: Output): Promise<void> {
  output.line();
  output.line(
    `Still up: Lucca at ${lucca.url} (key ${lucca.apiKey}; changes under /_sim, see docs/simulators.md),`,
  );
  output.line(`the SCIM target at ${target.url}/Users (bearer ${TOKEN}). Ctrl-C ends it.`);
  await interruption();
}

/** The bridge lives by the simulator's clock, so that its waits for the quota are as short as the simulated minutes. */
function fastClock(lucca: LuccaSimulator): Clock {
  return {
    now: () => lucca.clock.now(),
    sleep: (milliseconds, signal) =>
      delay(milliseconds / SPEED, undefined, signal === undefined ? {} : { signal }),
    random: Math.random,
  };
}

async function tell(bridge: Bridge, lucca: LuccaSimulator, people: number, output: Output) {
  const chapter = (title: string) => {
    output.line();
    output.line(`── ${title}`);
  };

  chapter('Check: what the key may see, and what the target supports');
  const check = await bridge.check();
  for (const { dataSet, state, detail } of check.lucca.findings)
    output.line(`  ${state === 'ok' ? '✓' : '!'} ${dataSet}: ${detail}`);

  chapter('Plan: what a push would do');
  const planned = await bridge.plan();
  printIssues(planned.translation.issues, output);
  showPlan(planned, output, 3);

  chapter('First push');
  const first = await bridge.push();
  const created = (kind: string) =>
    resultOf(first).outcomes.filter((outcome) => outcome.kind === kind && outcome.state === 'done').length;
  const firstRun = {
    usersCreated: created('create-user'),
    groupsCreated: created('create-group'),
    failed: resultOf(first).failed,
  };
  output.line(
    `${firstRun.usersCreated} people and ${firstRun.groupsCreated} groups created, ${firstRun.failed} failed, ${resultOf(first).writes} writes`,
  );

  chapter('Second push: nothing has changed');
  const second = await bridge.push();
  const secondRun = { writes: resultOf(second).writes };
  output.line(`${secondRun.writes} writes to the target, ${readsOf(second)} reads from it`);

  chapter('Some people change in Lucca');
  const { story, expectedWrites } = liveThroughADay(lucca);
  for (const line of story) output.line(`  · ${line}`);
  const third = await bridge.push();
  showPlan(third, output, 12);
  const { writes, failed } = resultOf(third);
  output.line(`${writes} writes for ${expectedWrites} changed people and groups, ${failed} failed`);

  return { people, firstRun, secondRun, afterChanges: { expectedWrites, writes, failed } };
}

function showPlan({ targets }: RunReport<TargetPlan>, output: Output, most?: number): void {
  const plan = targets[0]?.plan;
  if (plan) output.line(printPlan(plan, { most, colour: process.stdout.isTTY }));
}

/** All of them, those for the plan included. */
function readsOf(report: RunReport<TargetPush>): number {
  return report.targets.reduce((sum, { planReads, result }) => sum + planReads + (result?.reads ?? 0), 0);
}

function resultOf({ targets }: RunReport<TargetPush>) {
  const [target] = targets;
  if (target?.result) return target.result;
  throw target?.error ?? new Error('the demo has no target');
}

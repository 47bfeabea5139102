/** Real `lucca-scim serve` processes, and what their logs say about runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A synchronisation that ended. */
export interface EndedRun {
  tenant: string;
  process: string;
  outcome: string;
  code: string | null;
  /** Milliseconds. */
  startedAt: number;
  endedAt: number;
}

export interface ServeProcess {
  name: string;
  health: string;
  /** Ends it: by SIGTERM unless told otherwise. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

const MAIN = path.join(import.meta.dirname, '../../../src/cli/main.ts');

/** Resolves once it serves. @param onEnd told of each run that ends in it */
export async function startProcess(
  name: string,
  file: string,
  onEnd: (run: EndedRun) => void,
): Promise<ServeProcess> {
  const args = ['--import', 'tsx', MAIN, 'serve', '--config', file, '--json'];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LUCCA_SCIM_LOG: 'info' },
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    const ended = readRun(line, name);
    if (ended !== null) onEnd(ended);
  });
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'close').then(() => {
      throw new Error(`${name} ended before it served`);
    }),
  ])) as [string];
  const { health } = JSON.parse(line) as { health: string };
  return { name, health, end: (signal = 'SIGTERM') => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'close');
  child.kill(signal);
  await gone;
}

function readRun(line: string, name: string): EndedRun | null {
  if (!line.includes('"synchronisation ended"')) return null;
  const { tenant, sync, outcome, code = null, time } = JSON.parse(line) as Record<string, string>;
  const startedAt = Date.parse(sync?.split(' ')[0] ?? '');
  return {
    tenant: tenant ?? '',
    process: name,
    outcome: outcome ?? '',
    code,
    startedAt,
    endedAt: Number(time),
  };
}

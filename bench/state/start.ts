/** Starts a script of this folder and waits until it has something to say. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Started<T> {
  said: T;
  /** From the start of the process, in ms. */
  took: number;
  stop(): Promise<void>;
}

export async function start<T>(script: string, argument: string): Promise<Started<T>> {
  const begin = performance.now();
  const child = fork(new URL(script, import.meta.url), [argument], { execArgv: [] });
  const gone = once(child, 'exit').then(() => {
    throw new Error(`${script} ended before it said anything`);
  });
  const [said] = (await Promise.race([once(child, 'message'), gone])) as [T];
  const took = performance.now() - begin;
  gone.catch(() => {});
  return {
    said,
    took,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

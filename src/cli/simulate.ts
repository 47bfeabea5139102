/** `lucca-scim simulate`: the simulators as servers of their own, until interrupted. */
import { once } from 'node:events';
import { startLuccaSimulator } from '../testing/lucca/index.js';
import { startTargetSimulator } from '../testing/target/index.js';
import type { Output } from './output.js';

export async function simulateLucca(
  options: { people?: number; seed: string; port: number },
  output: Output,
): Promise<number> {
  const { people, seed, port } = options;
  const sim = await startLuccaSimulator({ seed, port, ...(people === undefined ? {} : { people }) });
  output.data({ ...sim.config(), url: sim.url, at: sim.clock.iso() });
  output.line(`Lucca simulator at ${sim.url}, where it is ${sim.clock.iso()}`);
  output.line(`  API key        ${sim.apiKey}`);
  output.line(`  OAuth client   ${sim.clientId}, secret ${sim.clientSecret}, tokens from ${sim.tokenUrl}`);
  output.line(`  what happened  ${sim.url}/_sim/requests; changes and faults: docs/simulators.md`);
  await interruption();
  await sim.close();
  return 0;
}

export async function simulateTarget(
  options: { port: number; token: string },
  output: Output,
): Promise<number> {
  const target = await startTargetSimulator(options);
  output.data({ url: target.url, token: options.token });
  output.line(`SCIM target at ${target.url}, bearer token ${options.token}`);
  await interruption();
  await target.close();
  return 0;
}

/** Resolves when the process is asked to stop. */
export async function interruption(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

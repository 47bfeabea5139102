/** `lucca-scim simulate`: the simulators as servers of their own, until interrupted. */
import { once } from 'node:events';
import { BridgeError } from '../errors.js';
import { startLuccaSimulator } from '../testing/lucca/index.js';
import { PRESETS, type PresetName, startTargetSimulator } from '../testing/target/index.js';
import type { Output } from './output.js';

export async function simulateLucca(
  options: { people?: number; seed: string; port: number },
  output: Output,
): Promise<number> {
  const { people, seed, port } = options;
  if (people !== undefined && people < SMALLEST_COMPANY) throw tooSmall();
  const sim = await startLuccaSimulator({ seed, port, ...(people === undefined ? {} : { people }) }).catch(
    (error: unknown) => {
      throw asUnavailable(error, port);
    },
  );
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
  options: { port: number; token: string; profile: PresetName },
  output: Output,
): Promise<number> {
  const { token, profile } = options;
  const target = await startTargetSimulator(options).catch((error: unknown) => {
    throw asUnavailable(error, options.port);
  });
  const { title, profile: madeFor } = PRESETS[profile];
  output.data({ url: target.url, token, simulates: profile, profile: madeFor });
  output.line(`SCIM target at ${target.url}, token ${token}`);
  output.line(`  ${profile}: ${title}`);
  output.line(`  in bridge.yaml: profile: ${madeFor}`);
  await interruption();
  await target.close();
  return 0;
}

/** Resolves when the process is asked to stop. */
export async function interruption(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

/** The generator gives every department a head and every head a report. */
const SMALLEST_COMPANY = 20;

function tooSmall(): BridgeError {
  return new BridgeError(
    'COMPANY_TOO_SMALL',
    `A generated company has at least ${SMALLEST_COMPANY} people.`,
    {
      remedy: `Write --people ${SMALLEST_COMPANY} or more, or leave it out for the hand-made company.`,
      exitCode: 2,
    },
  );
}

/** A port that cannot be listened on is nobody's fault but that of the command line. */
function asUnavailable(error: unknown, port: number): unknown {
  const isRefused = error instanceof Error && 'syscall' in error && error.syscall === 'listen';
  const isNoPort = error instanceof RangeError && 'code' in error && error.code === 'ERR_SOCKET_BAD_PORT';
  if (!isRefused && !isNoPort) return error;
  return new BridgeError('PORT_UNAVAILABLE', `Nobody can be served on port ${port}.`, {
    remedy: 'Choose another --port, or leave it out for any free one.',
    exitCode: 2,
    cause: error,
  });
}

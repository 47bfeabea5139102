import { startTargetSimulator } from '../../../src/testing/target/index.js';
import { describeProvisioning } from './provisioning.js';
import type { ScimServer } from './server.js';

/** The simulator keeps a log of its own; this one is filled from it. */
async function start(): Promise<ScimServer> {
  const token = 'simulator-token';
  const requests: ScimServer['requests'] = [];
  const simulator = await startTargetSimulator({
    token,
    before: ({ method, path }) => {
      requests.push({ method, path });
      return undefined;
    },
  });
  return { url: simulator.url, token, requests, close: () => simulator.close() };
}

describeProvisioning('the target simulator of the package', {
  start,
  // More than it takes in one request.
  refused: { id: 'bad', title: 'x'.repeat(5_000_000) },
});

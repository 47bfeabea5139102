import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type LuccaSimulator,
  startLuccaSimulator,
  startTargetSimulator,
  type TargetSimulator,
} from '../../src/testing/index.js';
import { openWorkplace, type Workplace } from './command.js';

const NAMES = ['well', 'dead', 'busy'];

let lucca: LuccaSimulator;
let targets: TargetSimulator[];
let place: Workplace;
beforeEach(async () => {
  lucca = await startLuccaSimulator({ quota: { enforced: false } });
  targets = await Promise.all(NAMES.map(() => startTargetSimulator()));
  place = openWorkplace();
  const settings = targets.map(({ url }, n) => [
    NAMES[n],
    { url, token: '${TARGET_TOKEN}', groups: false, scope: { departments: ['Ventes'] } },
  ]);
  place.write('bridge.yaml', {
    lucca: { address: lucca.url, apiKey: '${LUCCA_API_KEY}' },
    targets: Object.fromEntries(settings),
  });
});
afterEach(async () => {
  place.clear();
  await Promise.all([lucca.close(), ...targets.map((target) => target.close())]);
});

const push = () => place.run(['push'], { LUCCA_API_KEY: lucca.apiKey, TARGET_TOKEN: 'target-token' });

it('push ends although one target is down and one asks to wait for an hour, and the third has everything', async () => {
  const [well, dead, busy] = targets;
  expect((await push()).code).toBe(0);
  const sales = well?.users().map(({ externalId }) => Number(externalId)) ?? [];
  for (const id of sales) lucca.edit.rename(id, { lastName: `Neuville${id}` });
  await dead?.close();
  busy?.setFault(() => ({ kind: 'throttle', retryAfter: 3600 }));

  const { code, stdout } = await push();
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`^well: ${sales.length} done, 0 failed;`, 'm'));
  expect(JSON.stringify(well?.users()).match(/"familyName":"Neuville/g)).toHaveLength(sales.length);
  expect(stdout).toMatch(/^✗ dead: TARGET_UNREACHABLE: /m);
  expect(stdout).toMatch(
    /^✗ busy: TARGET_THROTTLED: .*asks to wait until \d{4}-\d\d-\d\dT.*\n {4}→ Nothing is lost: /m,
  );
  expect(stdout).toMatch(new RegExp(`^busy: 0 done, 0 failed, ${sales.length} left for the next run;`, 'm'));

  busy?.setFault(undefined);
  const after = await push();
  expect(after.stdout).toMatch(new RegExp(`^busy: ${sales.length} done, 0 failed;`, 'm'));
});

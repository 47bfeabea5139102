/** The sales people of the hand-made company, pushed to a simulated target by a bridge whose clock is Lucca's. */
import { type Bridge, createBridge } from '../../src/bridge.js';
import type { BridgeConfigInput } from '../../src/config/schema.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import type { TargetPush } from '../../src/sync/run.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../src/testing/target/index.js';

type TargetSettings = NonNullable<BridgeConfigInput['targets']>[string];

export interface PushedCompany {
  lucca: LuccaSimulator;
  target: TargetSimulator;
  store: Store;
  bridge: Bridge;
  /** Closes the bridge and opens another over the same store, with other settings of the target or the whole. */
  reopen(target?: Partial<TargetSettings>, further?: Partial<BridgeConfigInput>): Promise<void>;
  /** The outcome on the one target. */
  push(options?: Parameters<Bridge['push']>[0]): Promise<TargetPush>;
  /** Lucca ids of the active accounts, in ascending order. */
  active(): number[];
  writes(): number;
  close(): Promise<void>;
}

export const SALES = [107, 110, 111, 119, 121, 129, 130, 131];

/** Nothing has been pushed yet. Lucca's clock stands still unless a test moves it. */
export async function openCompany(settings: Partial<TargetSettings> = {}): Promise<PushedCompany> {
  const lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
  const target = await startTargetSimulator();
  const store = createMemoryStore();
  const clock = {
    now: () => lucca.clock.now(),
    sleep: async (milliseconds: number) => lucca.clock.advance(milliseconds),
    random: () => 0.5,
  };
  const open = (of: Partial<TargetSettings>, further: Partial<BridgeConfigInput> = {}) =>
    createBridge(
      {
        tenant: 'acme',
        lucca: lucca.config('api-key'),
        targets: {
          travel: { url: target.url, token: 'target-token', scope: { departments: ['Ventes'] }, ...of },
        },
        ...further,
      },
      { store, clock },
    );
  const company: PushedCompany = {
    lucca,
    target,
    store,
    bridge: await open(settings),
    async reopen(of = {}, further = {}) {
      await company.bridge.close();
      company.bridge = await open(of, further);
    },
    async push(options) {
      const [push] = (await company.bridge.push(options)).targets;
      if (push === undefined) throw new TypeError('there is a target');
      return push;
    },
    active: () =>
      target
        .users()
        .filter(({ active }) => active === true)
        .map(({ externalId }) => Number(externalId))
        .sort((a, b) => a - b),
    writes: () => target.requests.filter(({ method }) => method !== 'GET').length,
    async close() {
      await company.bridge.close();
      await Promise.all([lucca.close(), target.close()]);
    },
  };
  return company;
}

/** So many of the sales people leave: their last day was some days ago. */
export function leave({ lucca }: PushedCompany, ids: readonly number[]): void {
  for (const id of ids) lucca.edit.leave(id, { lastDay: '2026-11-10' });
}

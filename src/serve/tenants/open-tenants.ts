/** Opens the bridge of every tenant. One that cannot be opened is left out; the others do not notice. */
import pMap from 'p-map';
import type { Logger } from 'pino';
import { type Bridge, type BridgeOptions, createBridge } from '../../bridge.js';
import type { Clock } from '../../clock.js';
import type { BrokenTenant, Tenant } from '../../config/load-process.js';
import { BridgeError } from '../../errors.js';
import type { Store } from '../../store/store.js';

export interface OpenTenant extends Tenant {
  bridge: Bridge;
  log: Logger;
}

export interface OpenTenantsOptions {
  store: Store;
  observing: (tenant: string) => Pick<BridgeOptions, 'observer'>;
  clock: Clock;
  log: Logger;
}

const AT_ONCE = 4;

/** @throws BridgeError STORE_UNAVAILABLE and the like, which concern everybody */
export async function openTenants(
  tenants: readonly Tenant[],
  { store, observing, clock, log }: OpenTenantsOptions,
): Promise<{ opened: OpenTenant[]; broken: BrokenTenant[] }> {
  const opened: OpenTenant[] = [];
  const broken: BrokenTenant[] = [];
  const open = async (tenant: Tenant) => {
    const { name, file, config } = tenant;
    const ownLog = log.child({ tenant: name });
    try {
      const bridge = await createBridge(config, { store, clock, log: ownLog, ...observing(name) });
      opened.push({ ...tenant, bridge, log: ownLog });
    } catch (error) {
      if (!(error instanceof BridgeError) || error.code.startsWith('STORE_')) throw error;
      broken.push({ name, file, error });
    }
  };
  try {
    await pMap(tenants, open, { concurrency: AT_ONCE });
  } catch (error) {
    await Promise.all(opened.map(({ bridge }) => bridge.close()));
    throw error;
  }
  return { opened: opened.sort((one, other) => (one.name < other.name ? -1 : 1)), broken };
}

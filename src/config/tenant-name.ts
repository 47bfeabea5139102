/** The name that keeps a customer apart in the state. */
import { parseTenantAddress } from '../lucca/address.js';
import type { BridgeConfig } from './schema.js';

/**
 * As configured, else the tenant's Lucca host, in letters that a state file may carry.
 * @throws BridgeError as `parseTenantAddress`
 */
export function nameTenant({ tenant, lucca }: Pick<BridgeConfig, 'tenant' | 'lucca'>): string {
  if (tenant !== undefined) return tenant;
  const { host } = new URL(parseTenantAddress(lucca.address).baseUrl);
  return host.replaceAll(/[^a-z0-9.-]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** The rights probe of `lucca-scim check`: what the credentials see, and what to grant for the rest (R6). */

import { withAccess } from './access.js';
import { probeApiKey, probeCostCenters, samplePeople } from './probe/api-key.js';
import type { Finding } from './probe/finding.js';
import { probeOAuth } from './probe/oauth.js';
import { type ReadOptions, wantedOf } from './read.js';

export type { Finding } from './probe/finding.js';

export interface Probe {
  /** Base URL of the tenant. */
  tenant: string;
  way: 'api-key' | 'oauth' | 'oauth+api-key';
  findings: Finding[];
  /** Lucca requests spent. */
  requests: number;
}

/**
 * Looks at every data set that a reading with the same options would ask for. Nothing is changed in Lucca.
 * @throws LuccaError when the credentials are refused as a whole or Lucca cannot be reached
 * @throws BridgeError LUCCA_ADDRESS_INVALID, LUCCA_KEY_MALFORMED, LUCCA_CREDENTIALS_MISSING
 */
export function probeRights(options: ReadOptions): Promise<Probe> {
  const wanted = wantedOf(options);
  return withAccess(options, wanted, async ({ session, way, legacy, current, token, requests }) => {
    const findings: Finding[] = [];
    if (current !== null && token !== null) findings.push(...(await probeOAuth(current, token, wanted)));
    if (legacy !== null && current === null) findings.push(...(await probeApiKey(legacy, wanted)));
    if (legacy !== null && current !== null) {
      const { rows } = await samplePeople(legacy, wanted);
      findings.push(...(await probeCostCenters(legacy, wanted, rows)));
    }
    return { tenant: session.tenant, way, findings, requests: requests() };
  });
}

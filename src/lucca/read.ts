/** Reads one Lucca tenant into a Directory: either way in, or both together. */
import type { Issue } from '../errors.js';
import { type Access, type LuccaAccess, withAccess } from './access.js';
import { readWithApiKey } from './api-key/read.js';
import type { Directory } from './directory.js';
import { readWithOAuth } from './oauth/read.js';
import type { Reading, Wanted } from './reading.js';
import { checkReferences } from './references.js';

export interface ReadOptions extends LuccaAccess {
  /** Id or name of the cost-centre axis; recognised by its name when left out; null reads no cost centres. */
  costCenterAxis?: string | number | null | undefined;
  /** Data beyond the usual, off by default. */
  wanted?: Partial<Pick<Wanted, 'customFields' | 'personal'>> | undefined;
}

/**
 * Reads the whole directory with its certificate. What Lucca hides, fails to give, or gives in a wrong form is in
 * `issues` and `certificate`; it never looks like emptiness.
 * @throws LuccaError when the people cannot be read at all (wrong address, refused credentials, Lucca down)
 * @throws BridgeError LUCCA_ADDRESS_INVALID, LUCCA_KEY_MALFORMED, LUCCA_CREDENTIALS_MISSING
 */
export function readDirectory(options: ReadOptions): Promise<Directory> {
  const wanted = wantedOf(options);
  return withAccess(options, wanted, async (access) => {
    const { session, way } = access;
    const readAt = new Date(session.clock.now()).toISOString();
    const reading = await readEitherWay(access, wanted);
    const { certificates, issues } = checkReferences(reading);
    return {
      tenant: session.tenant,
      way,
      readAt,
      people: [...reading.people.values()],
      departments: reading.structure.departments,
      legalEntities: reading.structure.legalEntities,
      establishments: reading.structure.establishments,
      sections: new Map([...reading.metSections, ...reading.sections]),
      costCenterAxisId: reading.costCenterAxisId,
      certificate: { complete: certificates.every(({ complete }) => complete), collections: certificates },
      issues: [...scopeIssues(access), ...reading.issues, ...reading.structure.issues, ...issues],
      requests: access.requests(),
    };
  });
}

/** The options about content, with their defaults. */
export function wantedOf({ costCenterAxis, wanted }: ReadOptions): Wanted {
  return {
    customFields: wanted?.customFields ?? false,
    personal: wanted?.personal ?? false,
    costCenterAxis,
  };
}

function readEitherWay(access: Access, wanted: Wanted): Promise<Reading> {
  return access.way === 'api-key'
    ? readWithApiKey(access.legacy, wanted)
    : readWithOAuth(access.current, access.legacy, wanted);
}

function scopeIssues({ token }: Access): Issue[] {
  return (token?.missingScopes ?? []).map((scope) => ({
    code: 'LUCCA_SCOPE_MISSING',
    severity: 'warning',
    subject: { kind: 'collection', id: scope },
    message: `The OAuth client does not have the scope ${scope}; what it shows is unknown, not empty.`,
    remedy: 'Tick the scope at /identity/admin/integration-keys of your Lucca.',
  }));
}

/** Tenants that must not be served beside each other: then none of those concerned is, since nobody can say whose data it would be. */
import { hash } from 'node:crypto';
import type { Tenant } from './load-process.js';
import { FileError } from './yaml-file.js';

export interface Clash {
  file: string;
  error: FileError;
}

/** Something that only one tenant may have. */
interface Claim {
  tenant: Tenant;
  /** What is compared. */
  value: string;
  /** Where it stands in the file. */
  setting: readonly string[];
}

/**
 * @param taken paths of the process itself
 * @returns at most one clash for each file
 */
export function findClashes(tenants: readonly Tenant[], taken: readonly string[]): Clash[] {
  const clashes = [
    ...shared(tenants.flatMap(issuersOf), issuerShared),
    ...shared(tenants.flatMap(tokensOf), tokenShared),
    ...paths(tenants, taken),
    ...shared(
      tenants.map((tenant) => ({ tenant, value: tenant.name, setting: ['tenant'] })),
      nameTaken,
    ),
  ];
  // The last one counts: tenants of one name clash in their paths too.
  return [...new Map(clashes.map((clash) => [clash.file, clash])).values()];
}

function shared(claims: readonly Claim[], describe: (claim: Claim, other: Tenant) => FileError): Clash[] {
  return claims.flatMap((claim) => {
    const other = claims.find(({ tenant, value }) => value === claim.value && tenant !== claim.tenant);
    return other === undefined ? [] : [{ file: claim.tenant.file, error: describe(claim, other.tenant) }];
  });
}

/** No path may lie within another, or a tenant would answer in the place of another. */
function paths(tenants: readonly Tenant[], taken: readonly string[]): Clash[] {
  return tenants.flatMap((tenant) => {
    const others = tenants.filter((other) => other !== tenant).map(({ path }) => path);
    const met = [...taken, ...others].find(
      (path) => isWithin(path, tenant.path) || isWithin(tenant.path, path),
    );
    return met === undefined ? [] : [{ file: tenant.file, error: pathTaken(tenant, met) }];
  });
}

/** Letter case does not tell paths apart where Express looks at them. */
function isWithin(inner: string, outer: string): boolean {
  return `${inner.toLowerCase()}/`.startsWith(`${outer.toLowerCase()}/`);
}

function tokensOf(tenant: Tenant): Claim[] {
  const tokens = tenant.config.server?.clients.flatMap(({ tokens }) => tokens) ?? [];
  const setting = ['server', 'clients'];
  return tokens.map((token) => ({ tenant, value: hash('sha256', token), setting }));
}

/** Whoever has a token of an issuer for an audience is let in wherever both are named. */
function issuersOf(tenant: Tenant): Claim[] {
  const { oauth, oidc } = tenant.config.server ?? {};
  const named = Object.entries({ oauth, oidc });
  return named.flatMap(([kind, issuer]) =>
    issuer === undefined
      ? []
      : [
          {
            tenant,
            value: JSON.stringify([kind, issuer.issuer, issuer.audience]),
            setting: ['server', kind, 'audience'],
          },
        ],
  );
}

function nameTaken({ tenant, setting }: Claim, other: Tenant): FileError {
  const what = `The name ${tenant.name} is that of ${other.file} too.`;
  return clash('TENANT_NAME_TAKEN', tenant, setting, what, 'Give each tenant a name of its own.');
}

function pathTaken(tenant: Tenant, path: string): FileError {
  const what = `The path ${tenant.path} meets ${path}, which is served already.`;
  return clash('TENANT_PATH_TAKEN', tenant, ['path'], what, 'Choose a path that no other begins with.');
}

function tokenShared({ tenant, setting }: Claim, other: Tenant): FileError {
  const what = `A token is that of a client of ${other.file} too.`;
  return clash('TENANT_TOKEN_SHARED', tenant, setting, what, 'Give every client tokens of its own.');
}

function issuerShared({ tenant, setting }: Claim, other: Tenant): FileError {
  const what = `Issuer and audience are those of ${other.file} too: its tokens would open this tenant.`;
  return clash('TENANT_TOKEN_SHARED', tenant, setting, what, 'Give each tenant an audience of its own.');
}

function clash(
  code: string,
  { file, locate }: Tenant,
  setting: readonly string[],
  message: string,
  remedy: string,
): FileError {
  return new FileError(code, [{ code, file, ...locate(setting), message, remedy }]);
}

/**
 * Discovery (RFC 7644 section 4): ServiceProviderConfig, ResourceTypes and Schemas, tolerantly. A target that denies or
 * lacks them is not refused; a target that does not even answer to /Users is.
 */
import { z } from 'zod';
import { BridgeError } from '../errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { GROUP, USER } from '../scim/schema.js';
import { type AttributeCapability, type Capabilities, fallbackCapabilities } from './capabilities.js';
import type { TargetClient } from './client/target-client.js';
import { isHeldBack, TargetError } from './client/target-error.js';

const flag = z.union([z.boolean(), z.stringbool()]).catch(false);
const number = z.coerce.number().int().min(0).catch(0);
const supported = z.looseObject({ supported: flag }).catch({ supported: false });

const configSchema = z.looseObject({
  patch: supported,
  bulk: z
    .looseObject({
      supported: flag,
      // None is something else than not given.
      maxOperations: z.union([z.null(), z.coerce.number().int().min(0)]).catch(null),
      maxPayloadSize: number,
    })
    .catch({ supported: false, maxOperations: null, maxPayloadSize: 0 }),
  filter: z.looseObject({ supported: flag, maxResults: number }).catch({ supported: false, maxResults: 0 }),
  sort: supported,
  etag: supported,
  pagination: z
    .looseObject({
      cursor: flag,
      index: flag,
      defaultPaginationMethod: z.enum(['cursor', 'index']).catch('index'),
      maxPageSize: number,
    })
    .optional()
    .catch(undefined),
});

const resourceTypeSchema = z.looseObject({ endpoint: z.string().min(1), schema: z.string().min(1) });

interface SchemaAttribute {
  name: string;
  multiValued: boolean;
  mutability: string;
  caseExact: boolean;
  subAttributes: { name: string }[] | null;
}
const attributeSchema: z.ZodType<SchemaAttribute> = z.looseObject({
  name: z.string().min(1),
  multiValued: flag,
  mutability: z.string().catch('readWrite'),
  caseExact: flag,
  subAttributes: z
    .array(z.looseObject({ name: z.string().min(1) }))
    .nullable()
    .catch(null),
});
const schemaSchema = z.looseObject({ id: z.string().min(1), attributes: z.array(z.unknown()) });

/**
 * Asks a target what it supports: three small reads, more where a document is not to be had at its usual path, or ResourceTypes
 * says nothing of users.
 * @param now the instant that the result is stamped with, ISO
 * @throws TargetError when the credentials are refused or the target is down; BridgeError TARGET_NOT_SCIM when nothing
 * at the address looks like SCIM. Exit code 2 where the configuration is at fault.
 */
export async function discover(client: TargetClient, now: string): Promise<Capabilities> {
  const notes: string[] = [];
  const config =
    (await ask(client, '/ServiceProviderConfig', notes, client.knock)) ??
    (await ask(client, '/ServiceProviderConfigs', notes));
  if (config === undefined) await checkAccess(client);
  const types = await ask(client, '/ResourceTypes', notes);
  const capabilities = {
    ...readConfig(config),
    ...readResourceTypes(rowsOf(types)),
    ...readSchemas(await askSchemas(client, notes)),
  };
  const isSilent = capabilities.groups === null;
  if (isSilent && (await lacksGroups(client, capabilities.groupsEndpoint, notes)))
    capabilities.groups = false;
  return { ...capabilities, at: now, notes };
}

/** Whether the target has no such endpoint: RFC 7644 section 3.2 obliges nobody to have groups. */
async function lacksGroups(client: TargetClient, endpoint: string, notes: string[]): Promise<boolean> {
  try {
    await client.get(endpoint, { startIndex: 1, count: 1 });
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind === 'unreachable' || isHeldBack(error)) throw error;
    if (error.status !== 404 && error.status !== 501) return false;
    notes.push(`${endpoint}: ${error.status}, so people are pushed without groups`);
    return true;
  }
  return false;
}

/** A discovery document; undefined (with a note) when the target has none, or none for us. */
async function ask(
  client: TargetClient,
  path: string,
  notes: string[],
  get: TargetClient['knock'] = client.get,
): Promise<JsonObject | undefined> {
  try {
    const answer = await get(path);
    return path.startsWith('/ServiceProviderConfig') ? (rowsOf(answer)[0] ?? answer) : answer;
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind === 'unreachable' || isHeldBack(error)) throw error;
    if (error.code === 'TARGET_REDIRECTED') throw error;
    notes.push(`${path}: ${error.status ?? error.code}`);
    return undefined;
  }
}

/** Where Slack has them: one document for each kind of resource, the one about people first. */
const SCHEMAS_APART = ['/Schemas/Users', '/Schemas/Groups'];

async function askSchemas(client: TargetClient, notes: string[]): Promise<JsonObject[]> {
  const together = await ask(client, '/Schemas', notes);
  if (together !== undefined) return rowsOf(together);
  const found: JsonObject[] = [];
  for (const path of SCHEMAS_APART) {
    const document = await ask(client, path, notes);
    if (document === undefined) break;
    found.push(...(document.Resources === undefined ? [document] : rowsOf(document)));
  }
  return found;
}

/** Tells a target without discovery from a wrong address or a refused key, before anything is planned on it. */
async function checkAccess(client: TargetClient): Promise<void> {
  try {
    await client.get('/Users', { startIndex: 1, count: 1 });
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    if (error.status !== 404 && error.kind !== 'nonsense') throw error;
    if (error.code === 'TARGET_REDIRECTED') throw error;
    throw new BridgeError(
      'TARGET_NOT_SCIM',
      'Neither /ServiceProviderConfig nor /Users is found at the address of the target.',
      {
        remedy: 'Check the base address: it ends where /Users begins, often in /scim/v2.',
        exitCode: 2,
        cause: error,
      },
    );
  }
}

/** Rows of a ListResponse. */
function rowsOf(document: JsonObject | undefined): JsonObject[] {
  const rows = document?.Resources;
  return Array.isArray(rows) ? rows.filter(isJsonObject) : [];
}

function readConfig(document: JsonObject | undefined): Capabilities {
  const fallback = fallbackCapabilities();
  const parsed = configSchema.safeParse(document);
  if (document === undefined || !parsed.success) return fallback;
  const { patch, bulk, filter, sort, etag, pagination } = parsed.data;
  return {
    ...fallback,
    known: true,
    patch: patch.supported,
    bulk: {
      supported: bulk.supported && bulk.maxOperations !== 0,
      maxOperations: bulk.maxOperations ?? 0,
      maxPayloadSize: bulk.maxPayloadSize,
    },
    filter: { supported: filter.supported, maxResults: filter.maxResults || null },
    sort: sort.supported,
    etag: etag.supported,
    pagination:
      pagination === undefined
        ? null
        : {
            cursor: pagination.cursor,
            index: pagination.index,
            defaultMethod: pagination.defaultPaginationMethod,
            maxPageSize: pagination.maxPageSize || null,
          },
  };
}

function readResourceTypes(rows: readonly JsonObject[]): Partial<Capabilities> {
  const types = rows.flatMap((row) => resourceTypeSchema.safeParse(row).data ?? []);
  const users = types.find((type) => type.schema === USER);
  const groups = types.find((type) => type.schema === GROUP);
  if (users === undefined) return {};
  return {
    usersEndpoint: endpointOf(users.endpoint),
    groups: groups !== undefined,
    ...(groups === undefined ? {} : { groupsEndpoint: endpointOf(groups.endpoint) }),
  };
}

/** `/Users`, however it is written: some targets give the full address. */
function endpointOf(endpoint: string): string {
  return `/${
    endpoint
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? ''
  }`;
}

/** A Schemas document that does not even know userName says nothing worth obeying. */
function readSchemas(rows: readonly JsonObject[]): Partial<Capabilities> {
  const found = new Map<string, AttributeCapability[]>();
  for (const row of rows) {
    const schema = schemaSchema.safeParse(row).data;
    if (schema !== undefined) found.set(schema.id, schema.attributes.flatMap(readAttribute));
  }
  const userName = found.get(USER)?.find((attribute) => attribute.name === 'userName');
  if (userName === undefined) return {};
  return { schemas: Object.fromEntries(found), userNameCaseExact: userName.caseExact };
}

function readAttribute(row: unknown): AttributeCapability[] {
  const attribute = attributeSchema.safeParse(row as JsonValue).data;
  if (attribute === undefined) return [];
  return [
    {
      name: attribute.name,
      multiValued: attribute.multiValued,
      readOnly: attribute.mutability === 'readOnly',
      caseExact: attribute.caseExact,
      subAttributes: attribute.subAttributes?.map((sub) => sub.name) ?? null,
    },
  ];
}

/**
 * The bridge's own SCIM endpoint: people after precedence, and groups from Lucca and from IdPs (R9 to R15, R28 to R31), as a
 * `Backend` for the protocol layer.
 */
import { randomUUID } from 'node:crypto';
import type { MatchKey } from '../../identity/match-keys.js';
import type { SourceName } from '../../identity/person.js';
import type { CompiledRules } from '../../identity/rules.js';
import { forbidden } from '../../scim/errors.js';
import type { Registry, ResourceType } from '../../scim/registry.js';
import type { Store } from '../../store/store.js';
import type { Backend, Client, MaybePromise, RequestContext } from '../backend.js';
import type { Audience } from './audience.js';
import { inPresentIds } from './former-ids.js';
import { bridgeRegistry, servedTypes } from './registry.js';
import type { View } from './view.js';
import { World } from './world.js';
import { GroupWriter } from './write-groups.js';
import { UserWriter, type Writer } from './write-users.js';

/** How people and groups are served. */
export interface ServingSettings {
  /** Whether people whom only IdPs know are shown to clients other than those IdPs; `serve` when left out. */
  idpOnly?: 'serve' | 'hide';
  /** Whether a group may list members who do not exist; they are kept out of the answers. `refuse` when left out. */
  unknownMembers?: 'refuse' | 'accept';
  /** Whether two groups may not have the same displayName; false when left out. */
  uniqueGroupNames?: boolean;
  /** By what an IdP's new user is recognised, in order; `MATCH_ORDER` when left out. */
  matching?: readonly MatchKey[];
}

export interface BridgeBackendOptions {
  store: Store;
  /** The key that keeps customers apart in one store. */
  tenant: string;
  rules: CompiledRules;
  settings?: ServingSettings;
  /** By name; a client whose view is not among them sees nothing. */
  views?: ReadonlyMap<string, View>;
  /** `bridgeRegistry` when left out: the registry that the router is given too. */
  registry?: Registry;
  /** Sources from which nothing is heard any more, and since when (ISO), for provenance (R18). */
  silent?: () => ReadonlyMap<SourceName, string>;
  /** Makes the ids of people and groups that an IdP brings first; random UUIDs when left out. */
  newId?: () => string;
  /** The clock in milliseconds. */
  now?: () => number;
}

export interface BridgeBackend extends Backend {
  /** Stops following the store. */
  close(): void;
}

/** Reads what is stored and serves it from memory from then on. The store stays the caller's to close. */
export async function createBridgeBackend(options: BridgeBackendOptions): Promise<BridgeBackend> {
  const { store, tenant, rules, settings = {}, registry = bridgeRegistry, now = Date.now } = options;
  const { newId = randomUUID, silent = () => new Map(), views = new Map() } = options;
  const world = await World.open({
    store,
    tenant,
    rules,
    types: servedTypes(registry),
    hidesIdpOnly: settings.idpOnly === 'hide',
    views,
    silent,
    now,
  });
  const making = { world, newId, now: isoClock(now) };
  const users = new UserWriter({ ...making, rules, matching: settings.matching });
  const groups = new GroupWriter({
    ...making,
    unknownMembers: settings.unknownMembers ?? 'refuse',
    uniqueNames: settings.uniqueGroupNames ?? false,
  });
  return new WorldBackend(world, users, groups);
}

/** The clock as ISO text, which the writes of one millisecond share. */
function isoClock(now: () => number): () => string {
  let last = { moment: Number.NaN, text: '' };
  return () => {
    const moment = now();
    if (moment !== last.moment) last = { moment, text: new Date(moment).toISOString() };
    return last.text;
  };
}

class WorldBackend implements BridgeBackend {
  readonly #world: World;
  readonly #users: UserWriter;
  readonly #groups: GroupWriter;

  constructor(world: World, users: UserWriter, groups: GroupWriter) {
    this.#world = world;
    this.#users = users;
    this.#groups = groups;
  }

  get: Backend['get'] = (type, id, { client }) => {
    const audience = this.#world.audienceOf(client);
    return this.#read(() => {
      if (isUser(type)) {
        const row = this.#world.people.find(id);
        return row !== undefined && audience.seesPerson(row) ? audience.showUser(row) : undefined;
      }
      const row = this.#world.groups.find(id);
      return row !== undefined && audience.seesGroup(row) ? audience.showGroup(row) : undefined;
    });
  };

  query: Backend['query'] = (type, query, { client }) => {
    const audience = this.#world.audienceOf(client);
    const { people, groups } = this.#world;
    return this.#read(() => {
      const filter = query.filter && inPresentIds(query.filter, people);
      const asked = filter === query.filter ? query : { ...query, filter };
      return isUser(type)
        ? people.table.query(asked, audience.people)
        : groups.table.query(asked, audience.groups);
    });
  };

  create: Backend['create'] = (type, resource, context) =>
    this.#write(context, (writer) => this.#writerOf(type).create(resource, writer));

  replace: Backend['replace'] = (type, id, replacement, context) =>
    this.#write(context, (writer) => this.#writerOf(type).replace(id, replacement, writer));

  patch: Backend['patch'] = (type, id, modification, context) =>
    this.#write(context, (writer) => this.#writerOf(type).patch(id, modification, writer));

  remove: Backend['remove'] = (type, id, guard, context) =>
    this.#write(context, async (writer) => {
      if (!isUser(type)) return this.#groups.remove(id, guard, writer);
      const { ids } = await this.#users.remove(id, guard, writer);
      await this.#groups.forget(ids, writer);
    });

  close(): void {
    this.#world.close();
  }

  /** Acts at once where nothing has changed behind the back of this process. */
  #act<T>(action: () => MaybePromise<T>): MaybePromise<T> {
    return this.#world.isCurrent ? action() : this.#world.catchUp().then(action);
  }

  /** While the store cannot be reached, reads are answered from what is known. */
  #read<T>(action: () => MaybePromise<T>): MaybePromise<T> {
    return this.#world.isCurrent ? action() : this.#world.catchUpIfReachable().then(action);
  }

  #write<T>({ client }: RequestContext, write: (writer: Writer) => Promise<T>): MaybePromise<T> {
    return this.#act(() => write(asWriter(this.#world.audienceOf(client), client)));
  }

  #writerOf(type: ResourceType): UserWriter | GroupWriter {
    return isUser(type) ? this.#users : this.#groups;
  }
}

function isUser(type: ResourceType): boolean {
  return type.definition.id === 'User';
}

/** Throws forbidden for clients that may only read: readers, and those with a view, who see less than they would overwrite. */
function asWriter(audience: Audience, { view }: Client): Writer {
  const { source } = audience;
  if (source === null || view !== undefined) throw forbidden('The token may only read.');
  return audience as Writer;
}

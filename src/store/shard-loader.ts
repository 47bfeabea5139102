/** Fills tables from shard files, and from the journal what those do not include yet. */
import { Low } from 'lowdb';
import pMap from 'p-map';
import { CheckedFile, DamagedFile } from './checked-file.js';
import { damagedFile, isUnreadable, newerFormat } from './errors.js';
import { type FileSystem, listNames } from './files.js';
import { latestFormat, type Migration, upgrade } from './format.js';
import type { Batch } from './journal-line.js';
import { bucketOfName, listCollections, type Shard, type ShardAddress, shardPath } from './layout.js';
import type { Snapshot } from './snapshot.js';
import type { StoredRecord } from './store.js';
import { deepFreeze, type Tables } from './tables.js';

const READ_AT_ONCE = 4;

export class ShardLoader {
  readonly #files: FileSystem;
  readonly #folder: string;
  readonly #tables: Tables;
  readonly #snapshot: Snapshot;
  readonly #migrations: readonly Migration[];
  readonly #wholeJournal: boolean;
  /** Per shard file, the last batch that it includes. */
  readonly #includes = new Map<string, number>();
  /** Shards whose file was damaged or gone and whose content comes from the one before it and the journal. */
  readonly rebuilt: ShardAddress[] = [];
  /** The last batch that any shard includes: the journal must reach at least as far. */
  newest = 0;

  /** @param wholeJournal The journal reaches back to the very first batch, so that it can rebuild a shard on its own. */
  constructor(
    files: FileSystem,
    folder: string,
    tables: Tables,
    snapshot: Snapshot,
    migrations: readonly Migration[],
    wholeJournal: boolean,
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#tables = tables;
    this.#snapshot = snapshot;
    this.#migrations = migrations;
    this.#wholeJournal = wholeJournal;
  }

  /**
   * Reads every shard that is listed or has a file. Throws `STORE_DAMAGED` for one that is broken or missing and cannot be
   * rebuilt, `STORE_TOO_NEW` for one of a newer format.
   */
  loadAll(listed: readonly ShardAddress[]): Promise<void> {
    return this.#loadEach(listed, (shard) => this.#load(shard));
  }

  /** Reads every shard that has a file, and passes over those that cannot be read. */
  loadReadable(): Promise<void> {
    return this.#loadEach([], (shard) => this.#load(shard).catch(passOverUnreadable));
  }

  async #loadEach(
    listed: readonly ShardAddress[],
    load: (shard: ShardAddress) => Promise<void>,
  ): Promise<void> {
    const shards = new Map(listed.map((address) => [shardPath(this.#folder, address), address]));
    for (const { tenant, collection, path } of await listCollections(this.#files, this.#folder)) {
      for (const bucket of (await listNames(this.#files, path)).map(bucketOfName)) {
        if (bucket === undefined) continue;
        const address = { tenant, collection, bucket };
        shards.set(shardPath(this.#folder, address), address);
      }
    }
    // While one is parsed, the disk brings the next ones.
    await pMap(shards.values(), load, { concurrency: READ_AT_ONCE });
  }

  /** Applies one batch of the journal, as far as the shards do not include it yet. */
  apply({ number, entries, format }: Batch & { format: number }): void {
    for (const entry of entries) {
      const { tenant, collection } = entry;
      const table = this.#tables.table(tenant, collection);
      const id = 'put' in entry ? entry.put.id : entry.delete;
      const address = { tenant, collection, bucket: table.bucketOf(id) };
      if (number <= (this.#includes.get(shardPath(this.#folder, address)) ?? 0)) continue;
      this.#snapshot.mark(address);
      if ('put' in entry) table.set(this.#prepare(format, collection, entry.put));
      else table.remove(id);
    }
  }

  async #load(address: ShardAddress): Promise<void> {
    const shard = await this.#read(address);
    const known = latestFormat(this.#migrations);
    if (shard.format > known) throw newerFormat(shardPath(this.#folder, address), shard.format, known);
    const table = this.#tables.table(address.tenant, address.collection);
    for (const record of shard.records) table.set(this.#prepare(shard.format, address.collection, record));
    this.#includes.set(shardPath(this.#folder, address), shard.last);
    this.newest = Math.max(this.newest, shard.last);
    if (shard.format < known) this.#snapshot.mark(address);
  }

  async #read(address: ShardAddress): Promise<Shard> {
    const empty: Shard = { format: latestFormat(this.#migrations), last: 0, records: [] };
    const file = new CheckedFile<Shard>(this.#files, shardPath(this.#folder, address));
    const low = new Low<Shard>(file, empty);
    const why = await damageOf(low.read());
    if (why === undefined && low.data !== empty) {
      this.#snapshot.noteSize(address, file.size);
      return low.data;
    }
    this.rebuilt.push(address);
    const before = await file.readPrevious().catch(keepDamage);
    if (before !== null && !(before instanceof DamagedFile)) return before;
    if (this.#wholeJournal) return empty;
    const lost = 'people or other records that exist nowhere else in this folder';
    throw damagedFile(file.path, why ?? 'it is missing, and so is the one before it', lost);
  }

  #prepare(format: number, collection: string, record: StoredRecord): StoredRecord {
    return deepFreeze(upgrade(this.#migrations, format, collection, record));
  }
}

/** Why a file that was read turned out damaged; undefined when it was not. Other failures pass. */
async function damageOf(reading: Promise<unknown>): Promise<string | undefined> {
  const outcome = await reading.catch(keepDamage);
  return outcome instanceof DamagedFile ? outcome.why : undefined;
}

/** For `catch`. */
function passOverUnreadable(error: unknown): void {
  if (!isUnreadable(error)) throw error;
}

/** For `catch`: gives damage back as a value and throws anything else on. */
export function keepDamage(error: unknown): DamagedFile {
  if (error instanceof DamagedFile) return error;
  throw error;
}

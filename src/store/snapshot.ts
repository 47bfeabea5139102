/** The snapshot: shard files written through lowdb, only those whose records changed since they were last written. */
import path from 'node:path';
import { Low } from 'lowdb';
import { CheckedFile, PREVIOUS } from './checked-file.js';
import { type FileSystem, listNames, makeFolder, syncFolder } from './files.js';
import { removeSegments } from './journal.js';
import {
  collectionFolder,
  DAMAGED,
  dataFolder,
  journalFolder,
  listCollections,
  listShards,
  type Manifest,
  manifestFile,
  SET_ASIDE,
  type Shard,
  type ShardAddress,
  shardPath,
} from './layout.js';
import type { Entry, Tables } from './tables.js';

export class Snapshot {
  readonly #files: FileSystem;
  readonly #folder: string;
  readonly #tables: Tables;
  /** Shards with changes that are only in the journal, by path. */
  #dirty = new Map<string, ShardAddress>();
  /** Every shard that has a file, by path. */
  readonly #shards = new Map<string, { address: ShardAddress; size: number }>();
  #bytes = 0;
  #manifest: Manifest;

  constructor(files: FileSystem, folder: string, tables: Tables, manifest: Manifest) {
    this.#files = files;
    this.#folder = folder;
    this.#tables = tables;
    this.#manifest = manifest;
  }

  /** Bytes of all shard files. */
  get bytes(): number {
    return this.#bytes;
  }

  get dirtyShards(): number {
    return this.#dirty.size;
  }

  mark(address: ShardAddress): void {
    this.#dirty.set(shardPath(this.#folder, address), address);
  }

  markChanged(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const { tenant, collection } = entry;
      const table = this.#tables.table(tenant, collection);
      this.mark({ tenant, collection, bucket: table.bucketOf('put' in entry ? entry.put.id : entry.delete) });
    }
  }

  noteSize(address: ShardAddress, size: number): void {
    const file = shardPath(this.#folder, address);
    this.#bytes += size - (this.#shards.get(file)?.size ?? 0);
    this.#shards.set(file, { address, size });
  }

  /**
   * Writes every dirty shard, then moves the boundary. May be killed at any instant: until the boundary has moved, the
   * journal behind it still stands, and a shard ignores the batches it already includes. The replaced shards and the journal
   * since the previous boundary are kept until the next call, so that a shard that turns out damaged can be rebuilt.
   * @param boundary The batch after which the journal began a new segment.
   * @param last The last batch applied to the tables, asked anew for each shard.
   * @param stop Asked between shards: true ends the work early and leaves the boundary where it was.
   */
  async advance(boundary: number, last: () => number, stop: () => boolean): Promise<void> {
    await this.forgetReplaced();
    const dirty = this.#dirty;
    this.#dirty = new Map();
    const folders = new Set<string>();
    for (const [file, address] of dirty) {
      if (stop()) break;
      try {
        await this.#makeFolder(address, folders);
        await this.writeShard(address, last());
      } catch (error) {
        this.#dirty = new Map([...dirty, ...this.#dirty]);
        throw error;
      }
      dirty.delete(file);
    }
    for (const folder of folders) await syncFolder(this.#files, folder);
    this.#dirty = new Map([...dirty, ...this.#dirty]);
    if (dirty.size > 0) return;
    const shards = listShards([...this.#shards.values()].map(({ address }) => address));
    await this.writeManifest({ boundary, last: last(), shards });
  }

  /** Removes what `advance` keeps for repairs: replaced shards first, then the journal that would bring them up to date. */
  async forgetReplaced(): Promise<void> {
    await this.#removeFiles((name) => name.endsWith(PREVIOUS));
    await removeSegments(this.#files, journalFolder(this.#folder), this.#manifest.boundary);
  }

  /** Removes damaged files that were kept aside when they were rebuilt, and damaged states that were replaced. */
  async forgetDamaged(): Promise<void> {
    await this.#removeFiles((name) => name.includes(DAMAGED));
    const states = (await listNames(this.#files, this.#folder)).filter((name) => name.startsWith(SET_ASIDE));
    for (const name of states) await this.#files.rm(path.join(this.#folder, name), { recursive: true });
    if (states.length > 0) await syncFolder(this.#files, this.#folder);
  }

  async #removeFiles(isMeant: (name: string) => boolean): Promise<void> {
    for (const { path: folder } of await listCollections(this.#files, this.#folder)) {
      const names = (await listNames(this.#files, folder)).filter(isMeant);
      for (const name of names)
        await this.#files.rm(path.join(folder, name), { recursive: true, force: true });
      if (names.length > 0) await syncFolder(this.#files, folder);
    }
  }

  /** @param options.keepPrevious False when what stands there is damaged. */
  async writeShard(address: ShardAddress, last: number, options?: { keepPrevious?: boolean }): Promise<void> {
    const file = new CheckedFile<Shard>(this.#files, shardPath(this.#folder, address), options);
    const table = this.#tables.table(address.tenant, address.collection);
    const records = [...table.bucket(address.bucket).values()];
    await new Low<Shard>(file, { format: this.#manifest.format, last, records }).write();
    this.noteSize(address, file.size);
  }

  async writeManifest(change: Partial<Manifest>): Promise<void> {
    const manifest = { ...this.#manifest, ...change };
    await new Low(manifestFile(this.#files, this.#folder), manifest).write();
    await syncFolder(this.#files, this.#folder);
    this.#manifest = manifest;
  }

  async #makeFolder({ tenant, collection }: ShardAddress, known: Set<string>): Promise<void> {
    const folder = collectionFolder(this.#folder, tenant, collection);
    if (known.has(folder)) return;
    await makeFolder(this.#files, folder);
    known.add(folder).add(path.dirname(folder)).add(dataFolder(this.#folder));
  }
}

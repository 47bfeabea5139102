/** Where things lie in a state folder, and what its files hold. */
import path from 'node:path';
import { CheckedFile } from './checked-file.js';
import { type FileSystem, listNames } from './files.js';
import type { StoredRecord } from './store.js';
import { isName } from './tables.js';

/** Files over which one collection is spread, fixed in the format: at 100,000 people one file holds about 400. */
export const BUCKETS = 256;

/** In the name of a damaged file that was rebuilt and kept aside; the number of the last batch follows. */
export const DAMAGED = '.damaged-';

/** Folders for the files of a state that was damaged and has been replaced; a number follows. */
export const SET_ASIDE = 'damaged-';

export const MANIFEST = 'state.json';

/** `state.json`: what is needed to read all else. */
export interface Manifest {
  format: number;
  buckets: number;
  /** Every shard file is complete up to this batch. */
  boundary: number;
  /** The last batch known when this was written: the state must reach at least as far. */
  last: number;
  /** Shard files that were there at the boundary, and therefore must be there; older versions noted none. */
  shards?: ShardList;
  /** While another state is taking this one's place: the folder into which the old files go. */
  aside?: string;
}

/** Which shards of a collection have a file, by `<tenant>/<collection>`: `05 3f`, as their files are called. */
export type ShardList = Record<string, string>;

/** One file of a collection's snapshot. */
export interface Shard {
  format: number;
  /** The last batch that the records include. */
  last: number;
  records: StoredRecord[];
}

export interface ShardAddress {
  tenant: string;
  collection: string;
  bucket: number;
}

export function manifestFile(files: FileSystem, folder: string): CheckedFile<Manifest> {
  return new CheckedFile(files, path.join(folder, MANIFEST));
}

export function journalFolder(folder: string): string {
  return path.join(folder, 'journal');
}

export function dataFolder(folder: string): string {
  return path.join(folder, 'data');
}

export function collectionFolder(folder: string, tenant: string, collection: string): string {
  return path.join(dataFolder(folder), tenant, collection);
}

/** Folders of all collections; whatever else somebody put there is left alone. */
export async function listCollections(
  files: FileSystem,
  folder: string,
): Promise<{ tenant: string; collection: string; path: string }[]> {
  const found: { tenant: string; collection: string; path: string }[] = [];
  for (const tenant of (await listNames(files, dataFolder(folder))).filter(isName)) {
    for (const collection of (await listNames(files, path.join(dataFolder(folder), tenant))).filter(isName)) {
      found.push({ tenant, collection, path: collectionFolder(folder, tenant, collection) });
    }
  }
  return found;
}

/** `data/<tenant>/<collection>/3f.json` */
export function shardPath(folder: string, { tenant, collection, bucket }: ShardAddress): string {
  return path.join(collectionFolder(folder, tenant, collection), `${toHex(bucket)}.json`);
}

function toHex(bucket: number): string {
  return bucket.toString(16).padStart(2, '0');
}

/** For the manifest. */
export function listShards(addresses: Iterable<ShardAddress>): ShardList {
  const names = new Map<string, string[]>();
  for (const { tenant, collection, bucket } of addresses) {
    const place = `${tenant}/${collection}`;
    names.set(place, [...(names.get(place) ?? []), toHex(bucket)]);
  }
  return Object.fromEntries([...names].map(([place, hex]) => [place, hex.sort().join(' ')]));
}

/** What `listShards` was made of. */
export function listedShards(list: ShardList): ShardAddress[] {
  return Object.entries(list).flatMap(([place, names]) => {
    const [tenant = '', collection = ''] = place.split('/');
    return names.split(' ').map((hex) => ({ tenant, collection, bucket: Number.parseInt(hex, 16) }));
  });
}

/** The bucket of a shard file's name, or of its predecessor's; undefined for any other file. */
export function bucketOfName(name: string): number | undefined {
  const [, hex] = /^([0-9a-f]{2})\.json(?:\.previous)?$/.exec(name) ?? [];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}

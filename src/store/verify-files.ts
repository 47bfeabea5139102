/** Looks at every file of a state folder, one by one, and changes none. */
import path from 'node:path';
import { CheckedFile, DamagedFile, PREVIOUS } from './checked-file.js';
import { fileFault } from './errors.js';
import { type FileSystem, IS_FOLDER, listNames, readWhole, unlessMissing } from './files.js';
import { latestFormat, MIGRATIONS } from './format.js';
import { acknowledgedBatches, listSegments, type Segment } from './journal.js';
import {
  BUCKETS,
  bucketOfName,
  DAMAGED,
  journalFolder,
  listCollections,
  listedShards,
  type Manifest,
  manifestFile,
  type Shard,
  shardPath,
} from './layout.js';
import { Table } from './table.js';

export interface FileFinding {
  /** `notice` for what takes nothing away from the state. */
  severity: 'error' | 'notice';
  /** Path of the file. */
  file: string;
  /** Completes "the file …": `is damaged: its checksum does not match`. */
  problem: string;
}

export interface FilesVerified {
  files: number;
  findings: FileFinding[];
}

/**
 * Checks form, format and checksum of every file. A file that a process which uses the folder takes away meanwhile is passed
 * over. What else was put into the folder is left alone.
 * @throws `STORE_READ_ONLY` or `STORE_IO` for a file that cannot be looked at
 */
export async function verifyFiles(files: FileSystem, folder: string): Promise<FilesVerified> {
  try {
    return await lookAtAll(files, folder);
  } catch (error) {
    throw fileFault(error, `read the state in ${folder}`);
  }
}

async function lookAtAll(files: FileSystem, folder: string): Promise<FilesVerified> {
  const findings: FileFinding[] = [];
  let count = 0;
  const look = async (
    file: string,
    check: () => Promise<string | undefined>,
    severity: FileFinding['severity'] = 'error',
  ): Promise<void> => {
    const problem = await check().catch((error) => {
      throw fileFault(error, `read ${file}`);
    });
    count += 1;
    if (problem !== undefined) findings.push({ severity, file, problem });
  };
  const manifest = manifestFile(files, folder);
  let described: Pick<Manifest, 'boundary' | 'shards'> = { boundary: 0 };
  await look(manifest.path, async () => {
    const read = await readOrDamage(manifest.read());
    if (read !== null && !(read instanceof DamagedFile)) described = read;
    return checkManifest(read, 'is missing');
  });
  await look(manifest.previousPath, async () =>
    checkManifest(await readOrDamage(manifest.readPrevious()), undefined),
  );
  for (const address of listedShards(described.shards ?? {})) {
    const file = shardPath(folder, address);
    if (await isGone(files, file)) findings.push({ severity: 'error', file, problem: 'is missing' });
  }
  for (const { path: within } of await listCollections(files, folder)) {
    for (const name of await listNames(files, within)) {
      const file = path.join(within, name);
      if (name.includes(DAMAGED)) {
        await look(file, async () => 'was damaged and has been rebuilt: it is kept aside, delete it');
      } else if (bucketOfName(name) !== undefined) {
        await look(file, () => checkShard(files, file, bucketOfName(name) ?? 0));
      }
    }
  }
  const segments = await listSegments(files, journalFolder(folder));
  for (const [at, segment] of segments.entries()) {
    // Up to the boundary, the snapshot holds everything that the journal does.
    const isNeeded = segment.first > described.boundary;
    const check = () => checkSegment(files, segment, segments[at + 1], isNeeded);
    await look(segment.path, check, isNeeded ? 'error' : 'notice');
  }
  return { files: count, findings };
}

async function checkSegment(
  files: FileSystem,
  segment: Segment,
  following: Segment | undefined,
  isNeeded: boolean,
): Promise<string | undefined> {
  const bytes = await readWhole(files, segment.path);
  if (bytes === undefined) return undefined;
  if (bytes === IS_FOLDER) return 'is damaged: it is a folder';
  if (segment.format > latestFormat(MIGRATIONS)) return tooNew(segment.format);
  const batches = acknowledgedBatches(bytes, segment, following);
  let step = batches.next();
  while (!step.done) step = batches.next();
  if (step.value === undefined) return undefined;
  const broken = `is damaged: batch ${step.value} is broken or missing`;
  if (isNeeded) return broken;
  return `${broken}. The snapshot has it; until it is next renewed, a file of it that is damaged could not be rebuilt`;
}

function checkManifest(
  manifest: Manifest | null | DamagedFile,
  whenMissing: string | undefined,
): string | undefined {
  if (manifest === null) return whenMissing;
  if (manifest instanceof DamagedFile) return `is damaged: ${manifest.why}`;
  return manifest.format > latestFormat(MIGRATIONS) ? tooNew(manifest.format) : undefined;
}

async function checkShard(files: FileSystem, file: string, bucket: number): Promise<string | undefined> {
  const shard = await readOrDamage(new CheckedFile<Shard>(files, file).read());
  if (shard === null) return undefined;
  if (shard instanceof DamagedFile) return `is damaged: ${shard.why}`;
  if (shard.format > latestFormat(MIGRATIONS)) return tooNew(shard.format);
  const table = new Table(BUCKETS);
  const strays = shard.records.filter(({ id }) => table.bucketOf(id) !== bucket).length;
  return strays > 0 ? `holds ${strays} records that belong into another file` : undefined;
}

/** A process that replaces a shard moves the old file to its other name an instant before the new one stands there. */
async function isGone(files: FileSystem, shard: string): Promise<boolean> {
  const isThere = async (file: string) => (await unlessMissing(files.stat(file))) !== undefined;
  if (await isThere(shard)) return false;
  return !(await isThere(`${shard}${PREVIOUS}`)) || !(await isThere(shard));
}

function tooNew(format: number): string {
  return `was written in format ${format}, newer than this version reads`;
}

async function readOrDamage<T>(reading: Promise<T>): Promise<T | DamagedFile> {
  return reading.catch((error: unknown) => {
    if (error instanceof DamagedFile) return error;
    throw error;
  });
}

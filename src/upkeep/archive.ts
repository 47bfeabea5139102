/**
 * A backup: one file that holds everything a store held at one moment, whichever store it was. JSON lines: a head, one line
 * per record, and an end with a checksum over all before it, so that a file cut short is never taken for a whole one.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { fileFault, newerFormat, systemCode } from '../store/errors.js';
import { nodeFileSystem, replaceFile, syncFolder, unlessMissing } from '../store/files.js';
import { latestFormat, MIGRATIONS, upgrade } from '../store/format.js';
import type { PlacedRecord, Store } from '../store/store.js';
import { backupExists, backupInvalid, backupNowhere } from './errors.js';
import { listEverything } from './listing.js';

export interface Backup {
  /** Absolute. */
  file: string;
  /** ISO instant. */
  takenAt: string;
  records: number;
  /** Over the lines before the last one. */
  sha256: string;
}

interface Head {
  backup: 'lucca-scim-bridge';
  /** Of the records: see `store/format.ts`. */
  format: number;
  takenAt: string;
}

interface End {
  records: number;
  sha256: string;
}

/** Text gathered before it goes to the disk. */
const CHUNK_LENGTH = 1 << 20;

/**
 * Writes everything that a store holds into a new file, for its owner alone (0600), synced.
 * @throws BridgeError BACKUP_EXISTS, FILE_UNWRITABLE, STORE_DISK_FULL, STORE_READ_ONLY, STORE_IO
 */
export async function writeBackup(store: Store, file: string, takenAt: string): Promise<Backup> {
  const target = path.resolve(file);
  try {
    if (await unlessMissing(nodeFileSystem.stat(target))) throw backupExists(target);
    const end = { records: 0, sha256: '' };
    await replaceFile(nodeFileSystem, target, writeLines(store, takenAt, end));
    await syncFolder(nodeFileSystem, path.dirname(target));
    return { file: target, takenAt, ...end };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw backupNowhere(target, error);
    throw fileFault(error, `write the backup ${target}`);
  }
}

/** @param end filled while the lines are read */
async function* writeLines(store: Store, takenAt: string, end: End): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const head: Head = { backup: 'lucca-scim-bridge', format: latestFormat(MIGRATIONS), takenAt };
  let chunk = `${JSON.stringify(head)}\n`;
  for await (const placed of listEverything(store)) {
    chunk += `${JSON.stringify(placed)}\n`;
    end.records += 1;
    if (chunk.length < CHUNK_LENGTH) continue;
    hash.update(chunk);
    yield chunk;
    chunk = '';
  }
  end.sha256 = hash.update(chunk).digest('hex');
  yield `${chunk}${JSON.stringify(end)}\n`;
}

export interface OpenBackup {
  takenAt: string;
  /** Brought up to the format of this version. Throws BACKUP_INVALID at its end when the file is not whole. */
  records: AsyncIterable<PlacedRecord>;
}

/** @throws BridgeError BACKUP_INVALID, STORE_TOO_NEW */
export async function openBackup(file: string): Promise<OpenBackup> {
  const lines = readLines(path.resolve(file));
  const first = await lines.next();
  const head = first.done === true ? undefined : (parse(first.value) as Partial<Head> | undefined);
  if (head?.backup !== 'lucca-scim-bridge' || typeof head.format !== 'number' || head.takenAt === undefined) {
    await lines.return(undefined);
    throw backupInvalid(file, 'its first line is not that of a backup');
  }
  const known = latestFormat(MIGRATIONS);
  if (head.format > known) throw newerFormat(file, head.format, known);
  return { takenAt: head.takenAt, records: readRecords(file, first.value ?? '', head.format, lines) };
}

async function* readRecords(
  file: string,
  head: string,
  format: number,
  lines: AsyncIterable<string>,
): AsyncGenerator<PlacedRecord> {
  const hash = createHash('sha256').update(`${head}\n`);
  let records = 0;
  let end: Partial<End> | undefined;
  for await (const line of lines) {
    if (end !== undefined) throw backupInvalid(file, 'something follows its last line');
    const value = parse(line);
    if (!isPlaced(value)) {
      end = value ?? {};
      continue;
    }
    hash.update(`${line}\n`);
    records += 1;
    const record = upgrade(MIGRATIONS, format, value.collection, value.record);
    yield { tenant: value.tenant, collection: value.collection, record };
  }
  if (end?.sha256 !== hash.digest('hex') || end.records !== records) {
    throw backupInvalid(file, end === undefined ? 'its end is missing' : 'its checksum does not match');
  }
}

/** Split at line feeds alone: `node:readline` also splits at U+2028, which JSON text may hold. */
async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK_LENGTH })) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw backupInvalid(file, code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`);
  }
}

function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPlaced(value: object | undefined): value is PlacedRecord {
  const { tenant, collection, record } = (value ?? {}) as Partial<PlacedRecord>;
  return (
    typeof tenant === 'string' &&
    typeof collection === 'string' &&
    typeof record?.id === 'string' &&
    Number.isSafeInteger(record.version)
  );
}

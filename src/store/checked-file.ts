/** lowdb's adapter of this store: a JSON file that knows whether it is whole, and that keeps the one before it. */
import { crc32 } from 'node:zlib';
import type { Adapter } from 'lowdb';
import { type FileSystem, IS_FOLDER, readWhole, replaceFile } from './files.js';

/** Suffix of the file that holds the content before the last write. */
export const PREVIOUS = '.previous';

/** Thrown by `CheckedFile.read`; `why` completes "the file is damaged: …". */
export class DamagedFile extends Error {
  readonly why: string;

  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

/**
 * First line: `{"crc32":"8f3a11c2","bytes":1234}`; the rest: the data as compact JSON. lowdb's own JSON adapter neither
 * syncs nor checks, and writes world-readable files under one fixed temporary name.
 */
export class CheckedFile<T> implements Adapter<T> {
  readonly path: string;
  readonly previousPath: string;
  /** Bytes of the file as last read or written. */
  size = 0;
  readonly #files: FileSystem;
  readonly #keepPrevious: boolean;

  /** @param options.keepPrevious Whether a write keeps the content that it replaces; true unless told otherwise. */
  constructor(files: FileSystem, path: string, options?: { keepPrevious?: boolean }) {
    this.#files = files;
    this.path = path;
    this.previousPath = `${path}${PREVIOUS}`;
    this.#keepPrevious = options?.keepPrevious ?? true;
  }

  /** Null when there is no file. Throws `DamagedFile`. */
  read(): Promise<T | null> {
    return this.#read(this.path);
  }

  /** The content before the last write, null when none is kept. Throws `DamagedFile`. */
  readPrevious(): Promise<T | null> {
    return this.#read(this.previousPath);
  }

  /** Whole or not at all; lasts once the folder was synced as well. */
  async write(data: T): Promise<void> {
    const body = JSON.stringify(data);
    const header = JSON.stringify({ crc32: checksum(body), bytes: Buffer.byteLength(body) });
    const content = `${header}\n${body}`;
    await replaceFile(this.#files, this.path, content, this.#keepPrevious ? this.previousPath : undefined);
    this.size = content.length;
  }

  async #read(path: string): Promise<T | null> {
    const content = await readWhole(this.#files, path);
    if (content === undefined) return null;
    if (content === IS_FOLDER) throw new DamagedFile('it is a folder');
    this.size = content.length;
    const end = content.indexOf('\n');
    const expected = readHeader(content.toString('utf8', 0, Math.max(end, 0)));
    const body = content.subarray(end + 1);
    if (!expected) throw new DamagedFile('its first line is not a checksum');
    if (body.length !== expected.bytes) {
      throw new DamagedFile(`it has ${body.length} bytes of data where ${expected.bytes} were written`);
    }
    if (checksum(body) !== expected.crc32) throw new DamagedFile('its checksum does not match');
    return JSON.parse(body.toString('utf8'));
  }
}

function readHeader(line: string): { crc32: string; bytes: number } | undefined {
  const match = /^\{"crc32":"([0-9a-f]{8})","bytes":(\d+)\}$/.exec(line);
  return match?.[1] && match[2] ? { crc32: match[1], bytes: Number(match[2]) } : undefined;
}

/** CRC-32 as eight hexadecimal digits. */
export function checksum(data: string | Buffer): string {
  return crc32(data).toString(16).padStart(8, '0');
}

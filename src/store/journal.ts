/** The journal: segments of appended batches in one folder, each named by the number of its first batch. */
import path from 'node:path';
import { damagedFile, fileFault, newerFormat } from './errors.js';
import {
  FILE_MODE,
  type FileSystem,
  IS_FOLDER,
  listNames,
  readWhole,
  syncFolder,
  unlessMissing,
} from './files.js';
import { type Batch, formatBatch, parseSegment, salvageSegment } from './journal-line.js';
import type { Entry } from './tables.js';

/** Text gathered before it is handed to the disk, so that a batch of any size needs little memory. */
const CHUNK_LENGTH = 1 << 20;
const SEGMENT = /^(\d{12})\.v(\d+)\.log$/;

interface OpenSegment {
  handle: Awaited<ReturnType<FileSystem['open']>>;
  length: number;
}

/** The writing side. One caller at a time: the group commit sees to that. */
export class Journal {
  readonly #files: FileSystem;
  readonly #folder: string;
  readonly #format: number;
  readonly #confirm: () => Promise<void>;
  #segment: OpenSegment | undefined;
  /** A failed batch may still stand on the disk, in a segment that nothing has made void yet. */
  #unsettled = false;

  /**
   * @param format Format version of the entries written.
   * @param confirm Rejects once somebody else may write here.
   */
  constructor(files: FileSystem, folder: string, format: number, confirm = async () => {}) {
    this.#files = files;
    this.#folder = folder;
    this.#format = format;
    this.#confirm = confirm;
  }

  /**
   * Appends one batch and makes it last. Resolves to the bytes written. On failure nothing of it counts: the segment is cut
   * back and left, and the next batch begins a new one, whose name says from which batch on the old one is void (after a
   * failed sync, what the system says about that file can no longer be trusted).
   */
  async append(batch: number, entries: readonly Entry[]): Promise<number> {
    const before = this.#segment?.length ?? 0;
    try {
      await this.#confirm();
      const segment = this.#segment ?? (await this.#begin(batch));
      let chunk = '';
      for (const line of formatBatch(batch, entries)) {
        chunk += line;
        if (chunk.length < CHUNK_LENGTH) continue;
        await this.#write(segment, chunk);
        chunk = '';
      }
      if (chunk !== '') await this.#write(segment, chunk);
      await segment.handle.datasync();
      // Whoever took over meanwhile may have begun without this batch, and then nobody will ever read it.
      await this.#confirm();
      return segment.length - before;
    } catch (error) {
      await this.#abandon(before);
      throw fileFault(error, 'write the journal');
    }
  }

  /**
   * To be called before an answer that needs no writing: after a failed append, makes sure that what the disk may have kept
   * of it can never come back and contradict that answer.
   * @param batch Number of the next batch.
   */
  async settle(batch: number): Promise<void> {
    if (!this.#unsettled) return;
    try {
      await this.#begin(batch);
    } catch (error) {
      await this.#abandon(0);
      throw fileFault(error, 'write the journal');
    }
  }

  /** Ends the current segment; the next batch begins a new one. */
  async rotate(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    await segment?.handle.close();
  }

  async #begin(batch: number): Promise<OpenSegment> {
    const name = `${String(batch).padStart(12, '0')}.v${this.#format}.log`;
    // A file of that name can only hold batches that were never acknowledged: `w` empties it.
    const handle = await this.#files.open(path.join(this.#folder, name), 'w', FILE_MODE);
    this.#segment = { handle, length: 0 };
    await handle.datasync();
    await syncFolder(this.#files, this.#folder);
    this.#unsettled = false;
    return this.#segment;
  }

  async #write(segment: OpenSegment, text: string): Promise<void> {
    await segment.handle.appendFile(text);
    segment.length += Buffer.byteLength(text);
  }

  async #abandon(length: number): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    this.#unsettled = true;
    // Somebody else may have read it by now, and count on it.
    const isOurs = await this.#confirm().then(
      () => true,
      () => false,
    );
    if (isOurs) await segment?.handle.truncate(length).catch(() => {});
    await segment?.handle.close().catch(() => {});
  }
}

export interface Segment {
  path: string;
  format: number;
  /** Number of its first batch. */
  first: number;
}

/** Segments in the folder, oldest first. */
export async function listSegments(files: FileSystem, folder: string): Promise<Segment[]> {
  return (await listNames(files, folder)).flatMap((name) => {
    const [, first, format] = SEGMENT.exec(name) ?? [];
    return first ? [{ path: path.join(folder, name), format: Number(format), first: Number(first) }] : [];
  });
}

/**
 * Batches of the given segments in order. Drops a torn end. Throws `STORE_DAMAGED` when an acknowledged batch is broken or
 * missing, `STORE_TOO_NEW` for a segment of a format above `knownFormat`.
 */
export async function* readJournal(
  files: FileSystem,
  segments: readonly Segment[],
  knownFormat: number,
): AsyncGenerator<Batch & { format: number }> {
  for (const [at, segment] of segments.entries()) {
    if (segment.format > knownFormat) throw newerFormat(segment.path, segment.format, knownFormat);
    // One that is gone by now makes a reader begin anew.
    const bytes = (await readWhole(files, segment.path)) ?? (await files.readFile(segment.path));
    if (bytes === IS_FOLDER) throw damagedFile(segment.path, 'it is a folder', 'acknowledged changes');
    const batches = acknowledgedBatches(bytes, segment, segments[at + 1]);
    let step = batches.next();
    for (; !step.done; step = batches.next()) yield { ...step.value, format: segment.format };
    if (step.value !== undefined) {
      throw damagedFile(segment.path, `batch ${step.value} is broken or missing`, 'acknowledged changes');
    }
  }
}

/**
 * Batches in a segment's bytes, up to the one that begins the next segment, if there is a next one.
 * @returns the number of the first that was acknowledged and is broken or missing; undefined when all are there
 */
export function* acknowledgedBatches(
  bytes: Buffer,
  segment: Segment,
  following: Segment | undefined,
): Generator<Batch, number | undefined> {
  const next = following?.first ?? Number.POSITIVE_INFINITY;
  const batches = parseSegment(bytes, segment.first);
  let reached = segment.first;
  let step = batches.next();
  for (; !step.done && step.value.number < next; step = batches.next()) {
    yield step.value;
    reached = step.value.number + 1;
  }
  const isBroken = step.done === true && step.value === 'damaged';
  return isBroken || (following !== undefined && reached < next) ? reached : undefined;
}

/** What can be read of the given segments, in order, whatever is broken, missing or of a format above `knownFormat`. */
export async function* salvageJournal(
  files: FileSystem,
  segments: readonly Segment[],
  knownFormat: number,
): AsyncGenerator<Batch & { format: number }> {
  for (const [at, { path: file, format }] of segments.entries()) {
    if (format > knownFormat) continue;
    const next = segments[at + 1]?.first ?? Number.POSITIVE_INFINITY;
    const bytes = await readWhole(files, file);
    if (bytes === IS_FOLDER || bytes === undefined) continue;
    for (const batch of salvageSegment(bytes)) {
      if (batch.number < next) yield { ...batch, format };
    }
  }
}

/** Removes segments whose batches all lie at or below `boundary`, a batch after which a new segment was begun. */
export async function removeSegments(files: FileSystem, folder: string, boundary: number): Promise<void> {
  for (const segment of await listSegments(files, folder)) {
    if (segment.first <= boundary) await unlessMissing(files.unlink(segment.path));
  }
}

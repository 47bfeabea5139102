/**
 * One line of the journal: `<crc32> <batch> <. or +> <entry as JSON>`. Batches are numbered from 1 without a gap; `.` marks
 * the last line of a batch. A batch is what one fdatasync acknowledged: it is replayed whole, or not at all.
 */
import { checksum } from './checked-file.js';
import type { Entry } from './tables.js';

export interface JournalLine {
  batch: number;
  /** Last line of its batch. */
  last: boolean;
  entry: Entry;
}

/** Lines of one batch, each with its line feed. */
export function* formatBatch(batch: number, entries: readonly Entry[]): Generator<string> {
  for (const [at, entry] of entries.entries()) {
    const mark = at === entries.length - 1 ? '.' : '+';
    const content = `${batch} ${mark} ${JSON.stringify(entry)}`;
    yield `${checksum(content)} ${content}\n`;
  }
}

// `s`: JSON leaves U+2028 and U+2029 as they are, and a plain dot would not match them.
const LINE = /^([0-9a-f]{8}) ((\d+) ([.+]) (.*))$/s;

/** Undefined when the line is torn or damaged. */
export function parseLine(line: string): JournalLine | undefined {
  const [, crc32, content, batch, mark, json] = LINE.exec(line) ?? [];
  if (content === undefined || json === undefined || checksum(content) !== crc32) return undefined;
  return { batch: Number(batch), last: mark === '.', entry: JSON.parse(json) };
}

export interface Batch {
  number: number;
  entries: Entry[];
}

/**
 * Reads a segment's bytes. Stops quietly at a torn end: a broken line that belongs to the last batch begun, which was never
 * acknowledged. Returns `damaged` when anything acknowledged is broken or missing, that is when a later batch follows.
 * @param first Number that the segment's first batch must have.
 */
export function* parseSegment(bytes: Buffer, first: number): Generator<Batch, 'whole' | 'torn' | 'damaged'> {
  let open: Batch = { number: first, entries: [] };
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    const line = end === -1 ? undefined : parseLine(bytes.toString('utf8', start, end));
    if (line?.batch !== open.number) {
      return holdsLaterBatch(bytes.subarray(start), open.number) ? 'damaged' : 'torn';
    }
    open.entries.push(line.entry);
    if (line.last) {
      yield open;
      open = { number: open.number + 1, entries: [] };
    }
    start = end + 1;
  }
  return open.entries.length === 0 ? 'whole' : 'torn';
}

/**
 * What can be read of a damaged segment: every batch of which a line is whole, with the lines that are. A last one without its
 * end is left out, since it was never acknowledged.
 */
export function* salvageSegment(bytes: Buffer): Generator<Batch> {
  let open: Batch | undefined;
  for (let start = 0, end = bytes.indexOf('\n'); end !== -1; end = bytes.indexOf('\n', start)) {
    const line = parseLine(bytes.toString('utf8', start, end));
    start = end + 1;
    if (line === undefined) continue;
    if (open !== undefined && open.number !== line.batch) yield open;
    if (open?.number !== line.batch) open = { number: line.batch, entries: [] };
    open.entries.push(line.entry);
    if (!line.last) continue;
    yield open;
    open = undefined;
  }
}

function holdsLaterBatch(bytes: Buffer, batch: number): boolean {
  return bytes
    .toString('utf8')
    .split('\n')
    .some((text) => (parseLine(text)?.batch ?? 0) > batch);
}

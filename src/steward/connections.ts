/** When each source was last heard of, over restarts: an IdP that falls silent keeps its values, shown as stale (R18). */
import type { SourceName } from '../identity/person.js';
import { type Connection, silentSince } from '../identity/silence.js';
import { isInTime } from '../store/in-time.js';
import type { Collection, StoredRecord } from '../store/store.js';

/** Its id is the source's name. */
export interface ConnectionRecord extends StoredRecord, Connection {}

export interface Connections {
  /** Notes that the source was heard of just now. */
  heard(source: SourceName): void;
  /** Sources from which nothing is heard any more, and since when (ISO). */
  silent(): ReadonlyMap<SourceName, string>;
  /** Resolves once what was noted is stored, and what others noted is taken in. */
  settled(): Promise<void>;
  /** Follows the notes of others no longer. */
  close(): void;
}

export interface ConnectionsOptions {
  collection: Collection<ConnectionRecord>;
  /** Calls back with the ids of notes that changed, until what it returns is called. */
  follow: (listener: (ids: readonly string[]) => void) => () => void;
  /** Whether the source may still be heard of: an IdP that is no longer configured is disconnected. */
  isConnected: (source: SourceName) => boolean;
  staleAfterDays: number;
  /** Milliseconds. */
  now: () => number;
  /** Told when a note could not be stored; it stays in memory. */
  onProblem: (error: unknown) => void;
}

/** Silence is counted in days: one note an hour says enough, and costs next to nothing. */
const NOTE_EVERY_MS = 3_600_000;

export async function openConnections(options: ConnectionsOptions): Promise<Connections> {
  const { collection, follow, isConnected, staleAfterDays, now, onProblem } = options;
  const known = new Map<SourceName, ConnectionRecord>();
  let storing: Promise<void> = Promise.resolve();
  const close = follow((ids) => {
    storing = storing.then(() => takeIn(collection, ids, known)).catch(onProblem);
  });
  for await (const record of collection.list()) known.set(record.id, record);

  const keep = (record: ConnectionRecord) => {
    known.set(record.id, record);
    storing = storing.then(() => store(collection, record)).catch(onProblem);
  };
  const iso = () => new Date(now()).toISOString();

  for (const record of [...known.values()]) {
    const disconnectedAt = isConnected(record.id) ? null : (record.disconnectedAt ?? iso());
    if (disconnectedAt !== record.disconnectedAt) keep({ ...record, disconnectedAt });
  }
  return {
    heard(source) {
      const before = known.get(source);
      const isFresh = before?.lastHeardAt != null && now() - Date.parse(before.lastHeardAt) < NOTE_EVERY_MS;
      if (isFresh && before.disconnectedAt === null) return;
      keep({ id: source, version: 0, lastHeardAt: iso(), disconnectedAt: null });
    },
    silent() {
      const at = iso();
      const quiet = [...known].flatMap(([source, connection]) => {
        const since = silentSince(connection, at, staleAfterDays);
        return since === null ? [] : [[source, since] as const];
      });
      return new Map(quiet);
    },
    settled: () => storing,
    close,
  };
}

/** What another process heard later counts. */
async function takeIn(
  collection: Collection<ConnectionRecord>,
  ids: readonly string[],
  known: Map<SourceName, ConnectionRecord>,
): Promise<void> {
  for (const record of await collection.getMany(ids)) {
    if (heardAt(record) >= heardAt(known.get(record.id))) known.set(record.id, record);
  }
}

function heardAt(record: ConnectionRecord | undefined): number {
  return Date.parse(record?.lastHeardAt ?? '') || 0;
}

async function store(collection: Collection<ConnectionRecord>, record: ConnectionRecord): Promise<void> {
  for (;;) {
    const version = (await collection.get(record.id))?.version ?? 0;
    if (await isInTime(() => collection.put([{ ...record, version }]))) return;
  }
}

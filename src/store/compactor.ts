/** Decides when the snapshot is brought up to date, and sees that it happens once at a time and beside the writes. */
import type { BridgeError } from '../errors.js';
import { fileFault } from './errors.js';
import type { GroupCommit } from './group-commit.js';
import type { Snapshot } from './snapshot.js';

/** A pause in the writes that counts as idle, in ms. */
const IDLE_AFTER = 500;

export class Compactor {
  readonly #snapshot: Snapshot;
  readonly #commit: GroupCommit;
  readonly #leastBytes: number;
  readonly #onProblem: (problem: BridgeError) => void;
  readonly #idle: NodeJS.Timeout;
  /** Bytes of journal that the snapshot does not include, and the part of them that the last failed attempt had seen. */
  #pending: number;
  #failedAt = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    snapshot: Snapshot,
    commit: GroupCommit,
    options: { pendingBytes: number; leastBytes: number; onProblem: (problem: BridgeError) => void },
  ) {
    this.#snapshot = snapshot;
    this.#commit = commit;
    this.#pending = options.pendingBytes;
    this.#leastBytes = options.leastBytes;
    this.#onProblem = options.onProblem;
    this.#idle = setTimeout(() => this.#consider(1), IDLE_AFTER).unref();
  }

  /** To be told of every batch. Past the threshold it waits for a pause in the writes; past twice the threshold no longer. */
  noteBytes(bytes: number): void {
    this.#pending += bytes;
    this.#consider(2);
    this.#idle.refresh();
  }

  /** Brings the snapshot up to date with everything acknowledged when it was called. Rejects when that fails. */
  async run(): Promise<void> {
    await this.#running?.catch(() => {});
    this.#running ??= this.#advance().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Starts nothing any more; resolves when what runs has come to a safe point. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#idle);
    await this.#running?.catch(() => {});
  }

  /**
   * The threshold grows with the state: rewriting a snapshot of n bytes only after n/2 bytes of journal keeps what a write
   * costs in the long run the same for 1,000 people and for 100,000.
   */
  #consider(times: number): void {
    const threshold = Math.max(this.#leastBytes, this.#snapshot.bytes / 2) * times;
    if (this.#stopped || this.#running || this.#pending - this.#failedAt < threshold) return;
    this.run().catch((error: unknown) => {
      this.#failedAt = this.#pending;
      this.#onProblem(fileFault(error, 'bring the snapshot up to date'));
    });
  }

  async #advance(): Promise<void> {
    const covered = this.#pending;
    const boundary = await this.#commit.rotate();
    await this.#snapshot.advance(
      boundary,
      () => this.#commit.last,
      () => this.#stopped,
    );
    if (this.#stopped) return;
    this.#pending -= covered;
    this.#failedAt = 0;
  }
}

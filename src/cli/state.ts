/** `lucca-scim state`: looks after what the bridge remembers, of all tenants where there are many. */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { loadPlace } from '../config/load.js';
import { BridgeError } from '../errors.js';
import { isUnreadable, systemCode } from '../store/errors.js';
import { openStore } from '../store/open.js';
import type { Store } from '../store/store.js';
import type { FileFinding } from '../store/verify-files.js';
import { writeBackup } from '../upkeep/archive.js';
import { noteBackup } from '../upkeep/backup-index.js';
import { type Erasure, readReceipts } from '../upkeep/erasures.js';
import { sameState, stateUnreadable } from '../upkeep/errors.js';
import { listEverything } from '../upkeep/listing.js';
import { migrateOverUnreadable, restoreOverUnreadable, salvageState } from '../upkeep/salvage.js';
import { isSamePlace, nameOfStore, openStoreForReading, openStoreToMove } from '../upkeep/stores.js';
import { migrate, restore, type Transferred } from '../upkeep/transfer.js';
import { isSound, verifyState } from '../upkeep/verify.js';
import type { Output } from './output.js';

interface ConfigOption {
  config: string;
}

const MARKS = { error: '✗', notice: '·' };

/** Exit code 1 when something is wrong. */
export async function verifyStateFiles({ config }: ConfigOption, output: Output): Promise<number> {
  const verified = await verifyState(loadPlace(config));
  const { files, damaged, holdings, references, unreadable } = verified;
  const error = unreadable && {
    code: unreadable.code,
    message: unreadable.message,
    remedy: unreadable.remedy,
  };
  output.data({ sound: isSound(verified), files, damaged, holdings, references, error });
  if (files > 0) output.line(`${files} files looked at`);
  printFiles(damaged, output);
  for (const { tenant, collection, count } of holdings) output.line(`  ${tenant} ${collection}: ${count}`);
  for (const { severity, tenant, collection, id, problem } of references) {
    output.line(`  ${MARKS[severity]} ${tenant} ${collection} ${id}: ${problem}`);
  }
  if (error !== null) output.line(`  ✗ ${error.code}: ${error.message}\n      → ${error.remedy}`);
  output.line(isSound(verified) ? 'The state is sound.' : 'The state is NOT sound.');
  return isSound(verified) ? 0 : 1;
}

function printFiles(findings: readonly FileFinding[], output: Output): void {
  for (const { severity, file, problem } of findings) output.line(`  ${MARKS[severity]} ${file} ${problem}`);
}

/** Works beside a running `serve` too. */
export async function backupState(file: string, options: ConfigOption, output: Output): Promise<number> {
  const place = loadPlace(options.config);
  const backup = await within(openStoreForReading(place), (store) =>
    writeBackup(store, file, new Date().toISOString()),
  );
  // The backup is good all the same: a copy of the state on a read-only disk may be what it is taken of.
  const unnoted = await noteBackup(place.state, backup).catch((error: unknown) => {
    if (error instanceof BridgeError) return error;
    throw error;
  });
  output.data({ ...backup, ...(unnoted && { warning: { code: unnoted.code, message: unnoted.message } }) });
  output.line(`${backup.records} records as of ${backup.takenAt} are in ${backup.file}.`);
  if (unnoted) output.line(`  ! ${unnoted.code}: ${unnoted.message}. Erasing a person will not list it.`);
  output.line('It holds personal data: keep it as safe as the state itself.');
  return 0;
}

export async function restoreState(
  file: string,
  { config: name, replace, receipts }: ConfigOption & { replace?: boolean; receipts?: string },
  output: Output,
): Promise<number> {
  const place = loadPlace(name);
  const known: Erasure[] = receipts === undefined ? [] : readReceiptFile(receipts);
  const options = { name: nameOfStore(place), replace: replace === true, receipts: known };
  const store = await openStore(place).catch((error) =>
    // In PostgreSQL nothing can be set aside.
    unlessUnreadable(error, options.replace && place.store === undefined),
  );
  const restored =
    store === undefined
      ? await restoreOverUnreadable(place.state, file, known)
      : { ...(await within(store, () => restore(store, file, options))), aside: null };
  output.data(restored);
  output.line(`The state is that of ${restored.takenAt}: ${restored.records} records.`);
  printErased(restored, output);
  if (restored.aside !== null) printAside(restored.aside, output);
  output.line('Next: lucca-scim plan. Accounts made since then are found again and adopted.');
  return 0;
}

/** For a state that is too damaged to be opened and has no backup. */
export async function salvageStateFiles({ config: name }: ConfigOption, output: Output): Promise<number> {
  const place = loadPlace(name);
  const { damaged, unreadable } = await verifyState(place);
  const store = await openStore(place).catch((error) => unlessUnreadable(error, !isTooNew(error)));
  if (store !== undefined) {
    await store.close();
    output.data({ records: null, aside: null, lost: [] });
    output.line('The state can be read: there is nothing to salvage, and nothing was changed.');
    return 0;
  }
  const salvaged = await salvageState(place.state);
  output.data({ ...salvaged, lost: damaged });
  printFiles(damaged, output);
  if (unreadable !== null) output.line(`  ✗ ${unreadable.message}`);
  output.line(
    `${salvaged.records} records could be read and are the state now; what else there was is lost.`,
  );
  printErased(salvaged, output);
  printAside(salvaged.aside, output);
  output.line('Next: lucca-scim plan. Accounts of people whose record was lost are found again and adopted;');
  output.line('what IdPs and admins said about them is gone, and people who left need a look by hand.');
  return 0;
}

/** For `catch`: undefined for a state that is there and cannot be read, when that is no hindrance. */
function unlessUnreadable(error: unknown, isAccepted: boolean): undefined {
  if (!isAccepted || !isUnreadable(error)) throw error;
}

function isTooNew(error: unknown): boolean {
  return error instanceof BridgeError && error.code === 'STORE_TOO_NEW';
}

function printAside(aside: string, output: Output): void {
  output.line(
    `The files that were there are in ${aside}. They hold personal data: delete them once nobody needs them.`,
  );
}

/** One JSON document a line, whatever `--json` says: it is for people and their tools. */
export async function exportState({ config }: ConfigOption, output: Output): Promise<number> {
  await within(openStoreForReading(loadPlace(config)), (store) =>
    pipeline(Readable.from(toLines(store)), process.stdout, { end: false }).catch(unlessClosed),
  );
  output.endProgress();
  return 0;
}

/** Whoever reads the lines may have seen enough: `export | head`. */
function unlessClosed(error: unknown): void {
  if (systemCode(error) !== 'EPIPE') throw error;
}

async function* toLines(store: Store): AsyncGenerator<string> {
  for await (const placed of listEverything(store)) yield `${JSON.stringify(placed)}\n`;
}

/** @param options.to another configuration file: its state is where everything goes */
export async function migrateState(
  { config, to, replace }: ConfigOption & { to: string; replace?: boolean },
  output: Output,
): Promise<number> {
  const [source, target] = [loadPlace(config), loadPlace(to)];
  const options = { from: nameOfStore(source), name: nameOfStore(target), replace: replace === true };
  if (await isSamePlace(source, target)) throw sameState(options.name);
  const moved = await within(openStoreToMove(source), async (from) => {
    const store = await openStore(target).catch((error: unknown) => {
      // In PostgreSQL nothing can be set aside.
      if (target.store !== undefined || !isUnreadable(error)) throw error;
      if (!options.replace) throw stateUnreadable(error);
    });
    if (store === undefined) return migrateOverUnreadable(from, options.from, target.state);
    return { ...(await within(store, () => migrate(from, store, options))), aside: null };
  });
  output.data(moved);
  output.line(
    `${moved.records} records are in ${options.name} now; they are still where they came from too.`,
  );
  printErased(moved, output);
  if (moved.aside !== null) printAside(moved.aside, output);
  output.line(`Next: start the bridge with ${to}, and delete the old state once all is well.`);
  return 0;
}

function printErased({ erased }: Transferred, output: Output): void {
  if (erased > 0) output.line(`${erased} people who were erased since then stay erased.`);
}

async function within<T>(opening: Store | Promise<Store>, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await opening;
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function readReceiptFile(file: string): Erasure[] {
  try {
    return readReceipts(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new BridgeError('RECEIPTS_INVALID', `The receipts ${file} cannot be used.`, {
      remedy: 'Name a file with the lines that `lucca-scim people erase --json` printed.',
      exitCode: 2,
      cause,
    });
  }
}

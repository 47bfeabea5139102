/**
 * The process that the kill test kills: opens the state folder given as argument and lets several writers change records
 * without pause. Appends `id version` to the file given as second argument for each write once it was acknowledged, and prints a
 * line when it begins.
 */
import { openSync, writeSync } from 'node:fs';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { type Checked, checkedRecord } from './checked-record.js';

const WRITERS = 16;
const RECORDS_PER_WRITER = 12;

const [folder = '', acknowledgements = ''] = process.argv.slice(2);
const notes = openSync(acknowledgements, 'a');
// A small threshold: snapshots are being written most of the time.
const store = await openLowdbStore({ folder, compactAfterBytes: 20_000 });
const records = store.collection<Checked>('acme', 'records');

async function write(writer: number): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    const ids = [turn, turn + 5].map((at) => `w${writer}-${at % RECORDS_PER_WRITER}`);
    const before = await Promise.all(ids.map((id) => records.get(id)));
    const stored = await records.put(ids.map((id, at) => checkedRecord(id, before[at]?.version ?? 0)));
    writeSync(notes, stored.map(({ id, version }) => `${id} ${version}\n`).join(''));
  }
}

console.log('writing');
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

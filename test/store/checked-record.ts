/** A record that shows whether it is whole and which write it comes from. */
import { createHash } from 'node:crypto';

export interface Checked {
  id: string;
  version: number;
  text: string;
  hash: string;
}

/** @param version Of the stored record; the one to be written is one higher, and the text says so. */
export function checkedRecord(id: string, version: number): Checked {
  const text = `${id} in version ${version + 1} é ${'x'.repeat((version * 37) % 900)}`;
  return { id, version, text, hash: hashOf(text) };
}

export function isWhole(record: Checked): boolean {
  return (
    record.text.startsWith(`${record.id} in version ${record.version} `) &&
    record.hash === hashOf(record.text)
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Collection, StoredRecord } from '../../src/store/store.js';
import { openRecordBook, type RecordBook } from '../../src/sync/record-book.js';

interface Tally extends StoredRecord {
  marks: string[];
}

const ids = ['a', 'b', 'c'];

describe('a book of records', () => {
  let collection: Collection<Tally>;
  let book: RecordBook<Tally>;
  const mark = (id: string, text: string) =>
    book.update(id, (current) => ({ id, version: 0, ...current, marks: [...(current?.marks ?? []), text] }));

  beforeEach(async () => {
    collection = createMemoryStore().collection<Tally>('acme', 'tallies');
    book = await openRecordBook(collection);
  });

  it('loses no update when several targets write about the same people at once', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `target ${index}`);
    await Promise.all(texts.flatMap((text) => ids.map((id) => mark(id, text))));
    for (const id of ids) {
      expect(book.get(id)?.marks).toEqual(texts);
      expect((await collection.get(id))?.marks).toEqual(texts);
    }
  });

  it('goes on after a change that failed, and tells whoever asked for it', async () => {
    await mark('a', 'first');
    const failing = book.update('a', () => {
      throw new Error('no');
    });
    const following = mark('a', 'second');
    await expect(failing).rejects.toThrow('no');
    await following;
    expect((await collection.get('a'))?.marks).toEqual(['first', 'second']);
  });

  it('applies a change to what somebody else wrote meanwhile', async () => {
    await mark('a', 'ours');
    const current = await collection.get('a');
    await collection.put([{ id: 'a', version: current?.version ?? 0, marks: ['ours', 'theirs'] }]);
    await mark('a', 'ours again');
    expect((await collection.get('a'))?.marks).toEqual(['ours', 'theirs', 'ours again']);
  });

  it('tells a change that the record is gone, as after a merge', async () => {
    await mark('a', 'ours');
    await collection.delete(['a']);
    const seen: (Tally | undefined)[] = [];
    const late = book.update('a', (current) => {
      seen.push(current);
      if (current === undefined) throw new Error('gone');
      return { ...current, marks: ['late'] };
    });
    await expect(late).rejects.toThrow('gone');
    expect(seen.at(-1)).toBeUndefined();
    expect(await collection.get('a')).toBeUndefined();
  });

  it('holds what was stored before it was opened', async () => {
    await mark('a', 'kept');
    const reopened = await openRecordBook(collection);
    expect(reopened.get('a')?.marks).toEqual(['kept']);
    expect([...reopened.values()]).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { type Batch, formatBatch, parseLine, parseSegment } from '../../src/store/journal-line.js';
import type { Entry } from '../../src/store/tables.js';

const entry = (id: string): Entry => ({ tenant: 'acme', collection: 'cards', put: { id, version: 1 } });
const batch = (number: number, ...ids: string[]): string => [...formatBatch(number, ids.map(entry))].join('');

function read(text: string, first = 1): { ids: string[][]; end: string } {
  const ids: string[][] = [];
  const batches = parseSegment(Buffer.from(text), first);
  for (;;) {
    const step: IteratorResult<Batch, string> = batches.next();
    if (step.done) return { ids, end: step.value };
    ids.push(step.value.entries.map((each) => ('put' in each ? each.put.id : each.delete)));
  }
}

describe('a line of the journal', () => {
  it('reads back what was written, whatever text it holds', () => {
    for (const id of ['a', 'é', '\u2028\u2029', '𝄞', '\ud800', '"\\\n\r\t']) {
      const [line = ''] = formatBatch(7, [entry(id)]);
      expect(line.endsWith('\n')).toBe(true);
      expect(parseLine(line.slice(0, -1))).toEqual({ batch: 7, last: true, entry: entry(id) });
    }
  });

  it('is refused when any one byte of it is another', () => {
    const line = batch(1, 'a').trimEnd();
    for (let at = 0; at < line.length; at += 1) {
      const changed = line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ 1) + line.slice(at + 1);
      expect(parseLine(changed)).toBeUndefined();
    }
  });
});

describe('a segment of the journal', () => {
  const segment = batch(1, 'a', 'b') + batch(2, 'c') + batch(3, 'd', 'e');

  it('gives its batches in order', () => {
    expect(read(segment)).toEqual({ ids: [['a', 'b'], ['c'], ['d', 'e']], end: 'whole' });
    expect(read('')).toEqual({ ids: [], end: 'whole' });
  });

  it('drops a torn end at any byte, and a batch of which a part is missing', () => {
    const whole = Buffer.from(segment);
    for (let length = 0; length < whole.length; length += 1) {
      const { ids, end } = read(whole.toString('utf8', 0, length));
      expect(end).not.toBe('damaged');
      expect([['a', 'b'], ['c'], ['d', 'e']].slice(0, ids.length)).toEqual(ids);
    }
  });

  it('a broken line that an acknowledged batch follows is damage', () => {
    expect(read(segment.replace('"c"', '"x"'))).toEqual({ ids: [['a', 'b']], end: 'damaged' });
    expect(read(segment.replace('"b"', '"x"'))).toEqual({ ids: [], end: 'damaged' });
  });

  it('a broken line of the last batch is a torn end, even when later lines of that batch are whole', () => {
    expect(read(segment.replace('"d"', '"x"'))).toEqual({ ids: [['a', 'b'], ['c']], end: 'torn' });
  });

  it('a missing batch is damage', () => {
    expect(read(batch(1, 'a') + batch(3, 'c'))).toEqual({ ids: [['a']], end: 'damaged' });
    expect(read(batch(2, 'a'), 1)).toEqual({ ids: [], end: 'damaged' });
  });
});

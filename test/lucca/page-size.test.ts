import { describe, expect, it } from 'vitest';
import { HUNDRED, PageSize, THOUSAND } from '../../src/lucca/page-size.js';

/** Pages that went well, the following one beginning at `offset`. */
const succeed = (size: PageSize, times: number, offset = 0) => {
  for (let page = 0; page < times; page++) size.succeed(offset);
};

describe('the page size', () => {
  it('shrinks step by step, and no further than the last', () => {
    const size = new PageSize(THOUSAND);
    const sizes = [];
    for (;;) {
      sizes.push(size.current);
      if (!size.canShrink) break;
      size.shrink();
    }
    expect(sizes).toEqual([1000, 500, 250, 125, 25]);
    size.shrink();
    expect(size.current).toBe(25);
  });

  it('grows back after three pages that went well', () => {
    const size = new PageSize(HUNDRED);
    size.shrink();
    succeed(size, 2);
    expect(size.current).toBe(50);
    succeed(size, 1);
    expect(size.current).toBe(100);
  });

  it('tries a size half as often when it fails as soon as it is back', () => {
    const size = new PageSize(HUNDRED);
    size.shrink();
    succeed(size, 3);
    size.shrink();
    succeed(size, 5);
    expect(size.current).toBe(50);
    succeed(size, 1);
    expect(size.current).toBe(100);
  });

  it('grows only where a page of the larger size can begin', () => {
    const size = new PageSize(THOUSAND);
    size.shrink();
    succeed(size, 3, 1500);
    expect(size.current).toBe(500);
    succeed(size, 1, 2000);
    expect(size.current).toBe(1000);
  });

  it.each([[THOUSAND], [HUNDRED]])('each of the steps %j divides the one before', (steps) => {
    steps.slice(1).forEach((step, index) => {
      expect((steps[index] ?? 0) % step).toBe(0);
    });
  });
});

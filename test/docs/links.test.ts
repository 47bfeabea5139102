import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, PAGES, ROOT, readProse } from './pages.js';

interface Link {
  page: string;
  target: string;
}

const LINKS: readonly Link[] = PAGES.flatMap((page) =>
  [...readProse(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
);

const inside = LINKS.filter(({ target }) => !/^[a-z]+:/i.test(target));

/** The file that a link inside the project leads to, from its root. */
function resolveTarget({ page, target }: Link): string {
  const [path = ''] = target.split('#');
  return path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
}

describe('a link', () => {
  it('is found', () => {
    expect(inside.length).toBeGreaterThan(50);
  });

  it.each(inside)('in $page leads to $target', (link) => {
    const file = resolveTarget(link);
    const [, anchor] = link.target.split('#');
    expect(existsSync(join(ROOT, file))).toBe(true);
    if (anchor !== undefined) expect([...anchorsOf(file)]).toContain(anchor);
  });

  it('to elsewhere is encrypted', () => {
    const outside = LINKS.filter((link) => !inside.includes(link));
    expect(outside.filter(({ target }) => !target.startsWith('https://'))).toEqual([]);
  });
});

describe('README.md', () => {
  it('leads to every page, in one step or several', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const link of inside.filter((each) => each.page === page)) reached.add(resolveTarget(link));
    }
    expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
  });
});

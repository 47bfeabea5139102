import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { faultBody } from '../../src/testing/lucca/admin/bodies.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { DEFAULT_QUOTA } from '../../src/testing/lucca/quota.js';
import { FULL_RIGHTS } from '../../src/testing/lucca/rights.js';
import { DEFAULT_SWITCHES } from '../../src/testing/lucca/switches.js';
import { PLAIN_SWITCHES, PRESETS, startTargetSimulator } from '../../src/testing/target/index.js';
import { allExamples, codesIn, inlineCode, rowsUnder } from './pages.js';

const PAGE = 'docs/simulators.md';
/** The address that the examples use. */
const SHOWN = 'http://127.0.0.1:4300';

let sim: LuccaSimulator;
beforeAll(async () => {
  sim = await startLuccaSimulator();
});
afterAll(() => sim.close());

describe('the commands for curl', () => {
  const calls = allExamples('sh')
    .filter(({ page }) => page === PAGE)
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith('curl '));

  it('are found', () => {
    expect(calls.length).toBeGreaterThan(10);
  });

  it('are all obeyed by the simulator, one after the other', async () => {
    for (const call of calls) {
      const url = /\bhttp:\S+/.exec(call)?.[0] ?? '';
      const body = /-d '(.*)'/.exec(call)?.[1];
      const response = await fetch(url.replace(SHOWN, sim.url), {
        method: /-X (\w+)/.exec(call)?.[1] ?? 'GET',
        ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
      });
      expect({ call, ok: response.ok }).toEqual({ call, ok: true });
    }
  });
});

describe('the table of routes', () => {
  const routes = rowsUnder(PAGE, 'route').flatMap(([cell = '']) => codesIn(cell));

  it.each(routes)('%s is there', async (route) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(sim.url + path.replace(':id', '105'), {
      method,
      body: method === 'GET' ? null : '{"',
    });
    const answer = (response.status === 204 ? {} : await response.json()) as { error?: string };
    expect(answer.error).not.toBe('There is no such route.');
  });
});

describe('the tables of settings', () => {
  const shown = new Map(
    [...rowsUnder(PAGE, 'setting'), ...rowsUnder(PAGE, 'switch')].map(([name = '', value = '']) => [
      name,
      value,
    ]),
  );

  it.each(Object.entries({ ...DEFAULT_SWITCHES, ...DEFAULT_QUOTA }))(
    'show %s with its default',
    (name, value) => {
      expect(shown.get(`\`${name}\``)).toBe(`\`${value}\``);
    },
  );

  it.each(['apiKey', 'oauth'] as const)('name every right of %s', (way) => {
    const named = rowsUnder(PAGE, `\`${way}\``).flatMap(([name = '']) => codesIn(name));
    expect(named.sort()).toEqual(Object.keys(FULL_RIGHTS[way]).sort());
  });

  it('name every fault', () => {
    const kinds = faultBody.options.map(({ shape }) => (shape.kind as z.ZodLiteral<string>).value);
    expect(
      rowsUnder(PAGE, '`kind`')
        .flatMap(([kind = '']) => codesIn(kind))
        .sort(),
    ).toEqual(kinds.sort());
  });
});

describe('the table of members', () => {
  it('names everything that a Lucca simulator has', () => {
    const named = rowsUnder(PAGE, 'member').flatMap(([name = '']) => codesIn(name));
    expect(named.map((name) => name.replace(/\(.*/, '')).sort()).toEqual(Object.keys(sim).sort());
  });

  it('names every edit, and everything that a simulated target has', async () => {
    const edits = Object.getOwnPropertyNames(Object.getPrototypeOf(sim.edit)).filter(
      (name) => name !== 'constructor',
    );
    const target = await startTargetSimulator();
    await target.close();
    const named = inlineCode(PAGE).map((code) => code.replace(/\(.*/, ''));
    expect([...edits, ...Object.keys(target)].filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe('the tables of the zoo', () => {
  it('name every member, what it does and the profile for it', () => {
    const rows = rowsUnder(PAGE, 'member of the zoo');
    const said = Object.entries(PRESETS).map(([name, { title, profile }]) => [
      `\`${name}\``,
      title,
      `\`${profile}\``,
    ]);
    expect(rows).toEqual(said);
  });

  it('name every habit with its default', () => {
    const rows = rowsUnder(PAGE, 'habit').map(([name, value]) => [name, value]);
    const said = Object.entries(PLAIN_SWITCHES).map(([name, value]) => [
      `\`${name}\``,
      `\`${JSON.stringify(value)}\``,
    ]);
    expect(rows.sort()).toEqual(said.sort());
  });
});

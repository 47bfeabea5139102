import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/serve/oversight/metrics.js';
import { viewSchema } from '../../src/server/bridge/load-view.js';
import { codesIn, ROOT, rowsUnder } from './pages.js';
import { listSettings } from './settings.js';

const PAGE = 'docs/serving.md';
const first = (heading: string) => rowsUnder(PAGE, heading).flatMap(([cell = '']) => codesIn(cell));

describe('docs/serving.md', () => {
  it('describes every route of the admin API, and no other', () => {
    const folder = join(ROOT, 'src/server/admin');
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const routes = sources
      .flatMap((text) => [...text.matchAll(/router\.(get|post|put|patch|delete)\(\s*'([^']+)'/g)])
      .map(([, method = '', path = '']) => `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const described = first('route')
      .filter((code) => /^[A-Z]+ \//.test(code))
      .map((code) => code.replace(' /admin', ' ').replace(/\?.*$/, ''));
    expect(described.sort()).toEqual(routes.sort());
  });

  it('describes every packaged view, and no other', () => {
    const views = readdirSync(join(ROOT, 'mappings/views')).map((file) => file.replace('.yaml', ''));
    expect(
      first('view')
        .filter((name) => !name.includes('.'))
        .sort(),
    ).toEqual(views.sort());
  });

  it('describes every part of a view', () => {
    const parts = listSettings(viewSchema).map(({ path }) => path.split('.').at(-1));
    expect(first('part').sort()).toEqual(parts.sort());
  });

  it('describes every metric with its labels, and no other', () => {
    const source = { tenants: () => [], waiting: async () => ({}), broken: () => 0 };
    const { registry } = createMetrics({ path: '/metrics' }, source);
    const metrics = registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
    const described = rowsUnder(PAGE, 'metric').map(([name = '', labels = '']) => [
      codesIn(name)[0],
      codesIn(labels),
    ]);
    expect(Object.fromEntries(described)).toEqual(
      Object.fromEntries(metrics.map(({ name, labelNames }) => [name, labelNames])),
    );
  });
});

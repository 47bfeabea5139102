/** `lucca-scim check`: rights and capabilities, each with its remedy. Exit 1 when something is missing. */
import type { TargetCheck } from '../bridge.js';
import { describeLesson } from '../push/lessons.js';
import { withBridge } from './context.js';
import type { Output } from './output.js';

export interface CheckOptions {
  config: string;
  target?: string[];
}

const MARK = { ok: '✓', partly: '!', unknown: '?', missing: '✗' } as const;

export function check(options: CheckOptions, output: Output): Promise<number> {
  return withBridge(options.config, output, async (bridge) => {
    const report = await bridge.check({ targets: options.target });
    output.data({
      ...report,
      targets: report.targets.map(({ error, ...target }) => ({
        ...target,
        error: error && { code: error.code, message: error.message, remedy: error.remedy },
      })),
    });
    output.line(`Lucca ${report.lucca.tenant} (${report.lucca.way}, ${report.lucca.requests} requests)`);
    for (const { dataSet, state, detail, remedy } of report.lucca.findings) {
      output.line(`  ${MARK[state]} ${dataSet}: ${detail}`);
      if (remedy !== null) output.line(`      → ${remedy}`);
    }
    for (const target of report.targets) printTarget(target, output);
    const isShort = report.lucca.findings.some(({ state }) => state === 'missing' || state === 'partly');
    return isShort || report.targets.some(({ error }) => error !== null) ? 1 : 0;
  });
}

function printTarget({ target, capabilities, error }: TargetCheck, output: Output): void {
  output.line(`Target ${target}`);
  if (error !== null) {
    output.line(`  ✗ ${error.code}: ${error.message}`);
    output.line(`      → ${error.remedy}`);
  }
  if (capabilities === null) return;
  const { patch, bulk, filter, groups, pagination, schemas, notes, lessons } = capabilities;
  const words = {
    PATCH: patch,
    filter: filter.supported,
    Bulk: bulk.supported,
    'cursor paging': pagination?.cursor ?? false,
    Groups: groups ?? 'not said',
    Schemas: schemas === null ? 'not said' : `${Object.keys(schemas).length} read`,
  };
  for (const [name, value] of Object.entries(words)) {
    output.line(
      `  ${value === false ? '–' : '✓'} ${name}: ${value === true ? 'yes' : value === false ? 'no' : value}`,
    );
  }
  for (const note of [...notes, ...(lessons ?? []).map(describeLesson)]) output.line(`  ! ${note}`);
}

/** Which axis holds the cost centres: configured by id or name, else recognised by its name. Pure. */
import type { Issue } from '../errors.js';

export interface Axis {
  id: string;
  name: string;
}

/** Names that HR departments give the cost-centre axis, after folding: English, French, German, Dutch, Spanish, Italian, Portuguese. */
const COST_CENTER_NAMES = [
  /^cost cent(?:er|re)s?\b/,
  /^centres? (?:de |d')?couts?\b/,
  /^sections? analytiques?\b/,
  /^kostenstellen?\b/,
  /^kostenplaats(?:en)?\b/,
  /^centros? de cost[eo]s?\b/,
  /^centros? de custos?\b/,
  /^centr[oi] di cost[oi]\b/,
];

/**
 * Chooses among the axes. Without a setting exactly one name must look like cost centres.
 * @param wanted the id or name that the configuration gives
 */
export function chooseCostCenterAxis(
  axes: readonly Axis[],
  wanted: string | number | undefined,
): { axisId: string; issue: null } | { axisId: null; issue: Issue } {
  const named = (axis: Axis) => fold(axis.name) === fold(String(wanted)) || axis.id === String(wanted);
  const fitting = axes.filter(
    wanted === undefined
      ? ({ name }) => COST_CENTER_NAMES.some((pattern) => pattern.test(fold(name)))
      : named,
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { axisId: only.id, issue: null };

  const shown = axes.map(({ id, name }) => `${id} (${name})`).join(', ') || 'none';
  const problem =
    wanted === undefined
      ? `${fitting.length === 0 ? 'No axis has' : 'Several axes have'} a name that means cost centre`
      : `The axis ${wanted} is ${fitting.length === 0 ? 'not' : 'more than once'} among those that the API key sees`;
  return {
    axisId: null,
    issue: {
      code: 'LUCCA_COST_CENTER_AXIS_UNKNOWN',
      severity: 'warning',
      subject: { kind: 'collection', id: 'axes' },
      message: `${problem}; cost centres are left out. Axes seen: ${shown}.`,
      remedy: 'Give lucca.costCenterAxis the id of the axis that holds your cost centres.',
    },
  };
}

/** One comparison form: without accents, case and doubled spaces. */
function fold(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .replaceAll('’', "'")
    .trim();
}

import { describe, expect, it } from 'vitest';
import { chooseCostCenterAxis } from '../../src/lucca/cost-center-axis.js';
import { readCases } from '../cases.js';

interface Case {
  name: string;
  axes: [id: string, name: string][];
  wanted?: string | number;
  chosen?: string;
  says?: string;
}

describe('the cost-centre axis', () => {
  it.each(readCases<Case[]>('lucca/axes.yaml'))('$name', ({ axes, wanted, chosen, says }) => {
    const choice = chooseCostCenterAxis(
      axes.map(([id, name]) => ({ id, name })),
      wanted,
    );
    expect(choice.axisId).toBe(chosen ?? null);
    if (says !== undefined) {
      expect(choice.issue).toMatchObject({ code: 'LUCCA_COST_CENTER_AXIS_UNKNOWN', severity: 'warning' });
      expect(choice.issue?.message).toContain(says);
      expect(choice.issue?.remedy).toContain('lucca.costCenterAxis');
    }
  });
});

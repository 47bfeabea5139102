import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlanDocument, sealPlans, writePlanDocument } from '../../../src/push/plan-file/document.js';
import { desired, group } from '../people.js';
import { plan } from '../pretend.js';

const made = plan({
  users: [
    desired({ id: 'ana', title: 'Buyer' }),
    desired({ id: 'leo', manager: 'ana' }),
    desired({ id: 'eva', email: null }),
  ],
  groups: [group('1', 'Sales', ['ana', 'leo'])],
});
const document = sealPlans({
  tenant: 'acme',
  madeAt: '2026-11-20T08:00:00.000Z',
  plans: [{ configuration: 'f'.repeat(64), plan: made }],
});
const text = writePlanDocument(document);
const refused = (of: string) => {
  try {
    readPlanDocument(of);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('a plan document', () => {
  it('is read as it was written', () => {
    expect(readPlanDocument(text)).toEqual(document);
  });

  it('may be laid out anew: its values count', () => {
    expect(readPlanDocument(JSON.stringify(JSON.parse(text)))).toEqual(document);
  });

  it('is refused when any value in it was changed', () => {
    const values: (string | number)[][] = [];
    (function walk(value: unknown, path: (string | number)[]) {
      if (typeof value === 'object' && value !== null) {
        for (const [key, inner] of Object.entries(value))
          walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
      } else values.push(path);
    })(document, []);
    const inside = values.filter(([first]) => first !== 'format' && first !== 'version');
    fc.assert(
      fc.property(fc.constantFrom(...inside), (path) => {
        const copy = structuredClone(document) as never;
        let at: Record<string | number, unknown> = copy;
        for (const key of path.slice(0, -1)) at = at[key] as typeof at;
        const last = path.at(-1) ?? '';
        at[last] = typeof at[last] === 'boolean' ? !at[last] : `${at[last]}x`;
        expect(refused(JSON.stringify(copy))).toBe('PLAN_TAMPERED');
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when a row was taken out or a part cut off', () => {
    const [part] = document.plans;
    if (part === undefined) throw new TypeError('there is a plan');
    const shorter = { ...part, plan: { ...part.plan, operations: part.plan.operations.slice(1) } };
    expect(refused(JSON.stringify({ ...document, plans: [shorter] }))).toBe('PLAN_TAMPERED');
    expect(refused(JSON.stringify({ ...document, plans: [] }))).toBe('PLAN_TAMPERED');
    expect(refused(text.slice(0, -20))).toBe('PLAN_UNREADABLE');
  });

  it('is refused under a checksum of its own when its hash does not fit its rows', () => {
    const plans = document.plans.map((part) => ({
      ...part,
      plan: { ...part.plan, operations: part.plan.operations.slice(1) },
    }));
    expect(refused(JSON.stringify(sealPlans({ ...document, plans })))).toBe('PLAN_TAMPERED');
  });

  it('is refused when another version made it', () => {
    expect(refused(JSON.stringify({ ...document, version: 2 }))).toBe('PLAN_VERSION_UNKNOWN');
  });

  it.each(['', 'PK\u0003\u0004', '[]', 'null', '{}', '{"format":"other","version":1}'])(
    'is no %j',
    (other) => {
      expect(refused(other)).toBe('PLAN_UNREADABLE');
    },
  );
});

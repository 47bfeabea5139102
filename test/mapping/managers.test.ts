/** Who is whose manager: `fixtures/cases/mapping/managers.yaml`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { readCases } from '../cases.js';
import { linesOf, type PersonFragment, translateFragment } from './fragment.js';

interface ManagersCase {
  name: string;
  people: Record<string, { manager?: number; state?: keyof typeof CONTRACTS }>;
  /** Lucca id → Lucca id of the manager. */
  written: Record<string, number>;
  issues?: string[];
  /** What the message of the first finding names. */
  circle?: string;
}

const CONTRACTS = {
  left: { start: '2020-01-01', end: '2020-12-31' },
  upcoming: { start: '2027-01-01' },
  unknown: null,
} as const satisfies Record<string, PersonFragment['contract']>;

it.each(readCases<ManagersCase[]>('mapping/managers.yaml'))(
  '$name',
  ({ people, written, issues = [], circle }) => {
    const translation = translateFragment({
      people: Object.entries(people).map(([id, { manager, state }]) => ({
        id,
        firstName: 'A',
        lastName: 'B',
        email: `${id}@acme.example`,
        ...(manager !== undefined && { managerId: String(manager) }),
        ...(state !== undefined && { contract: CONTRACTS[state] }),
      })),
    });
    const links = translation.users.flatMap(({ luccaId, attributes }) => {
      const enterprise = attributes[ENTERPRISE_USER] as JsonObject | undefined;
      return enterprise?.manager === undefined ? [] : [[luccaId, (enterprise.manager as JsonObject).value]];
    });
    expect(Object.fromEntries(links)).toEqual(
      Object.fromEntries(Object.entries(written).map(([id, manager]) => [id, `user ${manager}`])),
    );
    expect(linesOf(translation)).toEqual(issues);
    if (circle !== undefined) expect(translation.issues[0]?.message).toContain(`: ${circle}.`);
  },
);

describe('a long line of managers', () => {
  it('is walked without recursion', () => {
    const people = Array.from({ length: 20_000 }, (_, index) => ({
      id: `${index}`,
      managerId: `${index + 1}`,
    }));
    const { issues } = translateFragment({ people: [...people, { id: '20000', managerId: '0' }] });
    expect(issues.filter(({ code }) => code === 'MANAGER_CYCLE')).toHaveLength(1);
  });
});

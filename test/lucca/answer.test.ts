import { describe, expect, it } from 'vitest';
import { judge } from '../../src/lucca/answer.js';
import { LuccaError } from '../../src/lucca/errors.js';
import type { Way } from '../../src/lucca/refusal.js';
import { readCases } from '../cases.js';
import { thrownBy } from './support/thrown.js';

interface Case {
  name: string;
  way?: Way;
  path?: string;
  answer: { status: number; headers?: Record<string, string>; body: string };
  error: {
    code: string;
    fault: string;
    exitCode: number;
    says: string;
    remedy: string;
    retryAfter?: number | null;
    hides?: string;
  };
}

const NOW = Date.parse('2026-11-20T09:00:00Z');

describe('an answer that is no data is a fault with a name and a remedy', () => {
  it.each(readCases<Case[]>('lucca/answers.yaml'))('$name', ({ way, path, answer, error: expected }) => {
    const headers = new Map(Object.entries(answer.headers ?? {}));
    const asked = path ?? '/api/v3/users';
    const error = thrownBy(() => judge({ ...answer, headers }, asked, way ?? 'api-key', NOW));
    if (!(error instanceof LuccaError)) throw error;
    const { says, remedy, hides, ...fields } = expected;
    expect(error).toMatchObject(fields);
    expect(error.message).toContain(says);
    expect(error.remedy).toContain(remedy);
    if (hides !== undefined) expect(`${error.message} ${error.remedy} ${error.detail}`).not.toContain(hides);
  });
});

describe('an answer that is data', () => {
  it.each([
    ['an object', '{"data":{}}', { data: {} }],
    ['a list after a line break', '\n[1]', [1]],
  ])('%s', (_, body, value) => {
    expect(judge({ status: 200, headers: new Map(), body }, '/api/v3/users', 'api-key', NOW)).toEqual(value);
  });
});

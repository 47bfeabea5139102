import { describe, expect, it } from 'vitest';
import { certify, type Observation } from '../../src/lucca/certificate.js';
import { readCases } from '../cases.js';

interface Case {
  name: string;
  seen: Partial<Observation>;
  faults: string[];
}

describe('a collection is complete only when nothing speaks against it', () => {
  it.each(readCases<Case[]>('lucca/certificates.yaml'))('$name', ({ seen, faults }) => {
    const declared = seen.declared === undefined ? 10 : seen.declared;
    const rows = seen.rows ?? 10;
    const certificate = certify({
      name: 'users',
      declared,
      lastDeclared: declared,
      rows,
      distinct: rows,
      invalid: 0,
      chainClosed: true,
      secondCount: null,
      faults: [],
      neverEmpty: false,
      ...seen,
    });
    expect(certificate.faults).toEqual(faults);
    expect(certificate.complete).toBe(faults.length === 0);
  });
});

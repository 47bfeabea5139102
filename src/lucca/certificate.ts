/** The completeness certificate of one collection (R4): what was observed while reading it, and what that proves. */
import type { Issue } from '../errors.js';
import type { CollectionCertificate } from './directory.js';

export interface Observation {
  name: string;
  /** Totals declared on the first and on the last page; null when a page declared none. */
  declared: number | null;
  lastDeclared: number | null;
  rows: number;
  distinct: number;
  invalid: number;
  chainClosed: boolean;
  secondCount: number | null;
  /** What went wrong while reading, in words. */
  faults: readonly string[];
  /** A living company has some of these. */
  neverEmpty: boolean;
}

/** Judges an observation. Pure; the certificate's `faults` say in words why it is not complete. */
export function certify(seen: Observation): CollectionCertificate {
  const { declared, lastDeclared, rows, distinct, secondCount } = seen;
  const faults = [...seen.faults];
  if (declared !== null && lastDeclared !== null && lastDeclared !== declared) {
    faults.push(`the declared total went from ${declared} to ${lastDeclared} while reading`);
  }
  if (declared !== null && distinct !== declared) {
    faults.push(`${declared} declared, ${distinct} different ones received`);
  }
  if (rows > distinct)
    faults.push(`${rows - distinct} rows came twice: rows moved between pages while reading`);
  if (secondCount !== null && secondCount !== (declared ?? distinct)) {
    faults.push(`a second count at the end gave ${secondCount} instead of ${declared ?? distinct}`);
  }
  if (!seen.chainClosed && faults.length === 0) faults.push('the end of the page chain was not reached');
  if (seen.invalid * 2 > rows)
    faults.push(`${seen.invalid} of ${rows} records cannot be read: their form has changed`);
  if (seen.neverEmpty && rows === 0) faults.push('Lucca shows none at all');
  return {
    name: seen.name,
    declared,
    rows,
    distinct,
    invalid: seen.invalid,
    chainClosed: seen.chainClosed,
    secondCount,
    complete: faults.length === 0,
    faults,
  };
}

/** Adds a fault found after the reading, by comparing collections with each other. */
export function withFault(certificate: CollectionCertificate, fault: string): CollectionCertificate {
  return { ...certificate, complete: false, faults: [...certificate.faults, fault] };
}

/** The issue that tells people why a certificate is not complete. @param cause code and remedy of the fault that ended the reading */
export function incompleteIssue(
  { name, faults }: CollectionCertificate,
  cause: { code: string; remedy: string } = UNKNOWN_CAUSE,
): Issue {
  return {
    code: cause.code,
    severity: 'warning',
    subject: { kind: 'collection', id: name },
    message: `The reading of ${name} is not complete: ${faults.join('; ')}.`,
    remedy: cause.remedy,
  };
}

const UNKNOWN_CAUSE = {
  code: 'LUCCA_READ_INCOMPLETE',
  remedy: 'Nothing is removed on such a reading; run again when Lucca is less busy.',
};

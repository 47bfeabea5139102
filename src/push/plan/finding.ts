/** What a plan says about single records beside its operations: who is left out, and why. */
import type { Issue } from '../../errors.js';

/** Something that the plan says about one record beside its operations. */
export interface Finding {
  code: string;
  severity: 'error' | 'warning' | 'info';
  kind: 'person' | 'group';
  subject: string;
  /** Never logged. */
  label: string;
  /** Without personal data. */
  message: string;
  remedy: string;
}

/** The finding for logs and reports: ids only. */
export function toIssue({ code, severity, kind, subject, message, remedy }: Finding): Issue {
  return { code, severity, subject: { kind, id: subject }, message, remedy };
}

/** What a plan says about single records beside its operations: who is left out, and why. */

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

/** What a right of Lucca can hide of everybody, as people name it. */
export const LUCCA_FIELDS = [
  'e-mail',
  'employee number',
  'job title',
  'phone',
  'culture',
  'manager',
  'department',
  'establishment',
  'contract dates',
  'contract type',
  'axis sections',
  'custom fields',
  'personal data',
] as const;

export type LuccaField = (typeof LUCCA_FIELDS)[number];

/** Gender in the forms that targets ask for. */

const FORMS = {
  /** TravelPerk knows these two only; `other` gives no value. */
  MF: { male: 'M', female: 'F', other: undefined },
  MFX: { male: 'M', female: 'F', other: 'X' },
  /** ISO/IEC 5218. */
  iso5218: { male: '1', female: '2', other: '9' },
} as const;

export type GenderForm = keyof typeof FORMS;
export const GENDER_FORMS = Object.keys(FORMS) as [GenderForm, ...GenderForm[]];

/** `female` → `F`; undefined when the form has no letter for it. */
export function formatGender(gender: string, form: GenderForm): string | undefined {
  const letters: Readonly<Record<string, string | undefined>> = FORMS[form];
  return Object.hasOwn(letters, gender) ? letters[gender] : undefined;
}

/** The named transforms of the mapping language: what each takes and gives, and how it is made from its argument. */
import { z } from 'zod';
import type { JsonValue } from '../../json.js';
import type { FindingCode } from '../findings.js';
import { memoize } from '../memo.js';
import type { Scene } from '../scene.js';
import type { ValueType } from '../value-type.js';
import { formatDate, isDateForm } from './date.js';
import { formatGender, GENDER_FORMS, type GenderForm } from './gender.js';
import { toLanguage, toLanguageTag } from './locale.js';
import { indexSpellings, isAllCapitals, nameCase } from './name-case.js';
import { toE164 } from './phone.js';
import { collapseSpaces, foldToAscii, slug, stripInvisible } from './text.js';

/** What a mapping settles for all its transforms. */
export interface TransformSettings {
  /** ISO 3166-1 alpha-2: whose phone rules apply where the legal entity has no country. */
  defaultCountry: string;
}

export interface Transform {
  takes: ValueType;
  gives: ValueType;
  /** One sentence, for editors. */
  description: string;
  /** Present when the transform takes an argument, as in `{date: DD/MM/YYYY}`; an optional schema may be left out. */
  argument?: z.ZodType;
  /** The finding for a value that it cannot read; without one the transform cannot fail. */
  failure?: FindingCode;
  /** Source paths on which its result depends beside the value. */
  looksAt?: readonly string[];
  /** Makes the function for one line of a mapping. It gets values of the type `takes`; undefined = no value. */
  make(argument: unknown, settings: TransformSettings): (value: never, scene: Scene) => JsonValue | undefined;
}

/** Text to text, without argument and without failure: usable as transform and as function in expressions. */
const TEXT_FUNCTIONS: Readonly<Record<string, [string, (text: string) => string]>> = {
  trim: ['Takes the spaces at both ends off.', (text) => text.trim()],
  upper: ['Writes in capitals.', (text) => text.toUpperCase()],
  lower: ['Writes in small letters.', (text) => text.toLowerCase()],
  collapseSpaces: ['One space for each run of spaces, tabs and line breaks.', collapseSpaces],
  stripInvisible: ['Takes zero-width characters out.', stripInvisible],
  asciiFold: ['Letters without accents: Zoë → Zoe.', foldToAscii],
  slug: ["Small ASCII letters, digits and hyphens: Zoë D'Été → zoe-d-ete.", slug],
  language: ['The language of a language tag: fr-CH → fr.', toLanguage],
};

/** The functions that expressions may call: `slug(person.firstName) + "@acme.example"`. */
export const EXPRESSION_FUNCTIONS: ReadonlyMap<string, (text: string) => string> = new Map([
  ...Object.entries(TEXT_FUNCTIONS).map(([name, [, change]]) => [name, change] as const),
  ['nameCase', (text) => nameCase(text)],
]);

export const TRANSFORMS: ReadonlyMap<string, Transform> = new Map<string, Transform>([
  ...Object.entries(TEXT_FUNCTIONS).map(([name, [description, change]]): [string, Transform] => [
    name,
    { takes: 'text', gives: 'text', description, make: () => change },
  ]),
  [
    'nameCase',
    {
      takes: 'text',
      gives: 'text',
      description:
        'Name case for names in capitals: DE LA FONTAINE → de La Fontaine. `known` lists exact spellings.',
      argument: z.strictObject({ known: z.array(z.string().min(1)) }).optional(),
      make: (argument) => {
        const spellings = indexSpellings((argument as { known: string[] } | undefined)?.known ?? []);
        const write = memoize((name: string) => nameCase(name, spellings));
        return (name: string) => (isAllCapitals(name) ? write(name) : name);
      },
    },
  ],
  [
    'e164',
    {
      takes: 'text',
      gives: 'text',
      description: 'A phone number in its international form: 01 23 45 67 89 → +33123456789.',
      failure: 'PHONE_IS_MISSING_OR_INVALID',
      looksAt: ['legalEntity.country'],
      make:
        (_, { defaultCountry }) =>
        (text: string, scene) =>
          toE164(text, scene.country ?? defaultCountry),
    },
  ],
  [
    'locale',
    {
      takes: 'integer',
      gives: 'text',
      description: 'A Windows language id (LCID) as language tag: 1036 → fr-FR.',
      failure: 'UNKNOWN_LOCALE',
      make: () => toLanguageTag,
    },
  ],
  [
    'gender',
    {
      takes: 'text',
      gives: 'text',
      description: 'Gender as a letter (MF, MFX) or digit (iso5218). MF gives no value for other.',
      argument: z.enum(GENDER_FORMS),
      make: (form) => (gender: string) => formatGender(gender, form as GenderForm),
    },
  ],
  [
    'date',
    {
      takes: 'date',
      gives: 'text',
      description: 'A date in a form of YYYY, MM and DD: DD/MM/YYYY.',
      argument: z.string().refine(isDateForm, 'A date form names YYYY, MM and DD once each.'),
      failure: 'TRANSFORM_FAILED',
      make: (form) => (date: string) => formatDate(date, form as string),
    },
  ],
  [
    'string',
    {
      takes: 'any',
      gives: 'text',
      description: 'A number, true or false as text.',
      failure: 'TRANSFORM_FAILED',
      make: () => (value: JsonValue) =>
        value === null || typeof value === 'object' ? undefined : String(value),
    },
  ],
]);

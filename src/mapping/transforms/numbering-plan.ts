/**
 * Numbering plans of countries, for phone numbers that are written plainly.
 *
 * libphonenumber reads each number as if it could be anything and compiles the patterns of the country anew each time,
 * which is most of the time of a translation. Here the same patterns, out of the library's own metadata, are compiled once.
 * Only a number that is plainly valid is answered; in every other case the library decides.
 */
import type { CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/max/metadata';

interface NumberingPlan {
  callingCode: string;
  /** What comes before a national number when it is dialled inside the country: `0`, or nothing. */
  nationalPrefix: string;
  /** What comes before a number of another country. */
  internationalPrefix: RegExp;
  /** Matches the valid national numbers: those of a kind of the country, such as mobile or toll-free. */
  valid: RegExp;
}

/** The version of the metadata's layout that `createPlan` knows; without plans the library does all the work. */
const LAYOUT = 4;
const PLAIN = /^\+?\d[\d ./()-]*$/;
const NOT_DIGITS = /\D/g;

const plans: ReadonlyMap<string, NumberingPlan> = createPlans();
const plansByCallingCode: ReadonlyMap<string, NumberingPlan> = new Map(
  Array.from(plans.values(), (plan) => [plan.callingCode, plan]),
);

/**
 * The E.164 form of a plainly written, valid number; undefined when the number is not plain, not valid, or of a country
 * whose rules are not simple. `country` (ISO 3166-1 alpha-2) says how a number without `+` is read.
 */
export function readPlainNumber(text: string, country: string | undefined): string | undefined {
  if (!PLAIN.test(text)) return undefined;
  const digits = text.replace(NOT_DIGITS, '');
  if (text.startsWith('+')) {
    const plan = planOfInternational(digits);
    return plan && readNational(digits.slice(plan.callingCode.length), plan);
  }
  const plan = country === undefined ? undefined : plans.get(country);
  if (plan === undefined || plan.internationalPrefix.test(digits)) return undefined;
  // Could be an international number whose + was forgotten.
  return digits.startsWith(plan.callingCode) ? undefined : readNational(digits, plan);
}

/** No calling code is the beginning of another. */
function planOfInternational(digits: string): NumberingPlan | undefined {
  return (
    plansByCallingCode.get(digits.slice(0, 2)) ??
    plansByCallingCode.get(digits.slice(0, 3)) ??
    plansByCallingCode.get(digits.slice(0, 1))
  );
}

function readNational(digits: string, plan: NumberingPlan): string | undefined {
  const { nationalPrefix, callingCode } = plan;
  const hasPrefix = nationalPrefix !== '' && digits.startsWith(nationalPrefix);
  const number = hasPrefix ? digits.slice(nationalPrefix.length) : digits;
  return plan.valid.test(number) ? `+${callingCode}${number}` : undefined;
}

function createPlans(): Map<string, NumberingPlan> {
  const created = new Map<string, NumberingPlan>();
  if (metadata.version !== LAYOUT) return created;
  for (const [callingCode, countries] of Object.entries(metadata.country_calling_codes)) {
    const [country, another] = countries;
    // Countries that share a calling code take more than patterns to tell apart.
    const plan =
      country !== undefined && another === undefined ? createPlan(callingCode, country) : undefined;
    if (plan !== undefined) created.set(String(country), plan);
  }
  return created;
}

/** A country's entry is an array; the indexes are those of layout 4. Undefined where numbers are rewritten when parsed. */
function createPlan(callingCode: string, country: CountryCode): NumberingPlan | undefined {
  const entry: readonly unknown[] = metadata.countries[country] ?? [];
  const [, internationalPrefix, general, lengths, , nationalPrefix, , prefixForParsing, , , , types] = entry;
  if (typeof internationalPrefix !== 'string' || typeof general !== 'string') return undefined;
  if (prefixForParsing || !Array.isArray(lengths) || !Array.isArray(types)) return undefined;
  const kinds = types
    .filter(
      (type): type is [string, number[]?] =>
        Array.isArray(type) && typeof type[0] === 'string' && type[0] !== '',
    )
    .map(
      ([pattern, ownLengths]) => `(?=(?:${(ownLengths ?? lengths).map(digits).join('|')})$)(?:${pattern})$`,
    );
  return {
    callingCode,
    nationalPrefix: typeof nationalPrefix === 'string' ? nationalPrefix : '',
    internationalPrefix: new RegExp(`^(?:${internationalPrefix})`),
    valid: new RegExp(`^(?=(?:${general})$)(?:${kinds.join('|')})`),
  };
}

function digits(count: number): string {
  return `\\d{${count}}`;
}

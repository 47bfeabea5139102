/** Phone numbers, which Lucca keeps in any format, to E.164. */
import parsePhoneNumber, { type CountryCode, isSupportedCountry } from 'libphonenumber-js/max';
import { readPlainNumber } from './numbering-plan.js';

/**
 * The E.164 form (`+33123456789`) of a phone number; undefined when it is not a valid number. National numbers are read
 * with the rules of `country` (ISO 3166-1 alpha-2). An extension is dropped, since E.164 has no room for one.
 */
export function toE164(text: string, country: string | undefined): string | undefined {
  return readPlainNumber(text, country) ?? readAnyNumber(text, country);
}

/** The same by the library alone. */
export function readAnyNumber(text: string, country: string | undefined): string | undefined {
  const known = country !== undefined && isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const phone = parsePhoneNumber(text, known);
  return phone?.isValid() === true ? phone.number : undefined;
}

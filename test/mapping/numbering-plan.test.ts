import { type CountryCode, getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { readPlainNumber } from '../../src/mapping/transforms/numbering-plan.js';
import { readAnyNumber, toE164 } from '../../src/mapping/transforms/phone.js';

const countries = getCountries();

function nationalExample(country: CountryCode): string {
  return getExampleNumber(country, examples)?.formatNational() ?? '';
}

describe('a plainly written phone number', () => {
  it('is answered by the numbering plan in the countries where most of Lucca’s customers are', () => {
    const answered = countries.filter((country) => readPlainNumber(nationalExample(country), country));
    expect(answered).toEqual(expect.arrayContaining(['FR', 'BE', 'CH', 'DE', 'ES', 'NL', 'PT', 'PL']));
  });

  it.each(countries)('is read as the library reads it: the example of %s', (country) => {
    const text = nationalExample(country);
    expect(toE164(text, country)).toBe(getExampleNumber(country, examples)?.number);
    expect(readPlainNumber(text, country) ?? readAnyNumber(text, country)).toBe(readAnyNumber(text, country));
  });
});

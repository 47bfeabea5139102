import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../src/errors.js';
import { parseTenantAddress, parseTokenUrl, TOKEN_URL } from '../../src/lucca/address.js';
import { readCases } from '../cases.js';
import { thrownBy } from './support/thrown.js';

interface Refused {
  pasted: string;
  says: string;
  hides?: string;
}

const cases = readCases<{
  accepted: { pasted: string; baseUrl: string; environment: string }[];
  refused: Refused[];
  tokenUrls: { accepted: { pasted: string; url: string }[]; refused: Refused[] };
}>('lucca/addresses.yaml');

describe('a Lucca address in any form becomes the base URL of the tenant', () => {
  it.each(cases.accepted)('$pasted → $baseUrl', ({ pasted, baseUrl, environment }) => {
    expect(parseTenantAddress(pasted)).toEqual({ baseUrl, environment });
  });

  it.each(cases.accepted)('$baseUrl stays as it is', ({ baseUrl, environment }) => {
    expect(parseTenantAddress(baseUrl)).toEqual({ baseUrl, environment });
  });
});

describe('an address that cannot be a tenant is refused, with an example', () => {
  it.each(cases.refused)('$pasted', ({ pasted, says, hides }) => {
    const error = expectRefusal(() => parseTenantAddress(pasted), says);
    expect(error.remedy).toContain('https://acme.ilucca.net');
    if (hides !== undefined) expect(error.message).not.toContain(hides);
  });
});

describe('a token endpoint', () => {
  it.each(cases.tokenUrls.accepted)('$pasted', ({ pasted, url }) => {
    expect(parseTokenUrl(pasted)).toBe(url);
  });

  it.each(cases.tokenUrls.refused)('$pasted is refused', ({ pasted, says }) => {
    const error = expectRefusal(() => parseTokenUrl(pasted), says);
    expect(error.remedy).toContain(TOKEN_URL);
  });

  it('is the one of Lucca when none is given', () => {
    expect(parseTokenUrl(TOKEN_URL)).toBe(TOKEN_URL);
  });
});

function expectRefusal(parse: () => unknown, says: string): BridgeError {
  const error = thrownBy(parse);
  if (!(error instanceof BridgeError)) throw error;
  expect(error).toMatchObject({ code: 'LUCCA_ADDRESS_INVALID', exitCode: 2 });
  expect(error.message).toContain(says);
  return error;
}

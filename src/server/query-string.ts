/** Query strings: parsed once per request, strictly where SCIM gives a parameter a meaning, blind to the rest. */
import { invalidSyntax, invalidValue } from '../scim/errors.js';

/** The parameters that SCIM defines (RFC 7644 sections 3.4.2 and 3.9, RFC 9865 section 2). */
const KNOWN = new Set([
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'attributes',
  'excludedAttributes',
]);

const NOTHING: ReadonlyMap<string, string> = new Map();

/**
 * Reads the SCIM parameters of a query string without its `?`. `+` and `%20` are both a space. Unknown parameters (such as
 * Entra's `aadOptscim062020`) are passed over. Throws invalidValue for a parameter given twice and invalidSyntax for
 * broken percent-encoding.
 */
export function parseQueryString(text: string): ReadonlyMap<string, string> {
  if (text === '') return NOTHING;
  const parameters = new Map<string, string>();
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (!KNOWN.has(name)) continue;
    if (parameters.has(name)) throw invalidValue(`The query parameter ${name} is given more than once.`);
    parameters.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1), name));
  }
  return parameters;
}

function decode(text: string, name: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw invalidSyntax(`The query parameter ${name} is not percent-encoded UTF-8.`);
  }
}

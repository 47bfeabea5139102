/** Lucca addresses as people paste them (R2), normalised to the base URL that every request starts with. */
import { BridgeError } from '../errors.js';

export type Environment = 'production' | 'test' | 'demo' | 'sandbox' | 'loopback' | 'other';

export interface LuccaAddress {
  /** Origin without a trailing slash, e.g. `https://acme.ilucca.net`. */
  baseUrl: string;
  environment: Environment;
}

/** The token endpoint that Lucca runs for every tenant. */
export const TOKEN_URL = 'https://accounts.world.luccasoftware.com/connect/token';

const ACCOUNT = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
const TENANT_HOSTS: readonly (readonly [RegExp, Environment])[] = [
  [/^[^.]+\.ilucca\.(?:net|ch)$/, 'production'],
  [/^[^.]+\.ilucca-test\.(?:net|ch)$/, 'test'],
  [/^[^.]+\.ilucca-demo\.(?:net|ch)$/, 'demo'],
  [/^[^.]+\.sandbox\.[a-z0-9]+\.luccasoftware\.com$/, 'sandbox'],
];
/** Lucca hosts that are nobody's tenant: the web site, the documentation, the token server, the bare product domains. */
const NOT_A_TENANT =
  /(?:^|\.)(?:lucca\.fr|lucca-hr\.com|luccasoftware\.com)$|^(?:www\.)?ilucca(?:-test|-demo)?\.(?:net|ch)$/;

interface Subject {
  name: string;
  remedy: string;
}

const TENANT: Subject = {
  name: 'Lucca address',
  remedy:
    'Give the address that stands in the browser when you use Lucca, for example https://acme.ilucca.net.',
};
const TOKEN_ENDPOINT: Subject = {
  name: 'token endpoint',
  remedy: `Leave lucca.oauth.tokenUrl out to use Lucca's own, ${TOKEN_URL}.`,
};

/**
 * Normalises whatever was pasted for a tenant: an account name, a host, or any URL inside Lucca.
 * Plain http is taken on loopback only.
 * @throws BridgeError LUCCA_ADDRESS_INVALID (exit code 2)
 */
export function parseTenantAddress(text: string): LuccaAddress {
  const pasted = tidy(text);
  if (ACCOUNT.test(pasted) && pasted.toLowerCase() !== 'localhost') {
    return { baseUrl: `https://${pasted.toLowerCase()}.ilucca.net`, environment: 'production' };
  }
  const url = parseSecureUrl(pasted, TENANT);
  const host = url.hostname.replace(/\.$/, '');
  if (NOT_A_TENANT.test(host) && !isTenantHost(host)) {
    throw invalid(`${host} belongs to Lucca but is not the address of a tenant.`, TENANT);
  }
  url.hostname = host;
  return { baseUrl: url.origin, environment: environmentOf(host) };
}

/**
 * Checks the address of an OAuth token endpoint: a full URL, https outside loopback.
 * @throws BridgeError LUCCA_ADDRESS_INVALID (exit code 2)
 */
export function parseTokenUrl(text: string): string {
  const url = parseSecureUrl(tidy(text), TOKEN_ENDPOINT);
  return `${url.origin}${url.pathname}`;
}

/** 127.0.0.0/8, ::1 and localhost, the only places where plain http is allowed. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function parseSecureUrl(text: string, subject: Subject): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const candidate = hasScheme ? text : `https://${text}`;
  if (!URL.canParse(candidate)) throw invalid(`This cannot be read as a ${subject.name}.`, subject);
  const url = new URL(candidate);
  if (url.username !== '' || url.password !== '') {
    throw invalid(`A ${subject.name} holds no user name or password.`, subject);
  }
  const loopback = isLoopback(url.hostname);
  if (!hasScheme && loopback) return new URL(`http://${text}`);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  const wrong = `The ${subject.name} must begin with https:// (plain http only on this machine), not ${url.protocol}//.`;
  throw invalid(wrong, subject);
}

function isTenantHost(host: string): boolean {
  return TENANT_HOSTS.some(([pattern]) => pattern.test(host)) && !host.startsWith('www.');
}

function environmentOf(host: string): Environment {
  if (isLoopback(host)) return 'loopback';
  return TENANT_HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? 'other';
}

/** Takes off what copying leaves behind: outer spaces, zero-width characters, quotes and angle brackets. */
function tidy(text: string): string {
  return text.replace(/\p{Cf}/gu, '').replace(/^[\s<"'«]+|[\s>"'»]+$/gu, '');
}

function invalid(message: string, { remedy }: Subject): BridgeError {
  return new BridgeError('LUCCA_ADDRESS_INVALID', message, { remedy, exitCode: 2 });
}

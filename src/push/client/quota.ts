/** What a target says about the requests that it will still take, in the header fields that are in use for it. */
import type { IncomingHttpHeaders } from 'undici/types/header.js';

export interface Quota {
  /** Requests left until the reset. */
  remaining: number;
  /** Milliseconds until the count starts anew. */
  resetMs: number;
}

/** Beyond this a number of seconds is an instant: nobody asks us to wait for thirty years. */
const EPOCH_SECONDS = 1_000_000_000;

/** Milliseconds from `now`, of a number of seconds that counts from now or names an instant; never negative. */
export function millisecondsFrom(seconds: number, now: number): number {
  return seconds > EPOCH_SECONDS ? Math.max(0, seconds * 1000 - now) : Math.ceil(seconds * 1000);
}

/**
 * Reads `RateLimit: "default";r=50;t=30` and its older forms (draft-ietf-httpapi-ratelimit-headers), and `X-RateLimit-*`
 * with the reset as seconds from now or as an instant. Of several limits the one with the least left counts.
 * @returns undefined when the answer says nothing, or nothing readable
 */
export function parseQuota(headers: IncomingHttpHeaders, now: number): Quota | undefined {
  const structured = textOf(headers.ratelimit)?.split(/,(?=\s*")/) ?? [];
  const quotas = [
    ...structured.map((item) => quotaOf(parameter(item, 'r|remaining'), parameter(item, 't|reset'), now)),
    quotaOf(textOf(headers['ratelimit-remaining']), textOf(headers['ratelimit-reset']), now),
    quotaOf(textOf(headers['x-ratelimit-remaining']), textOf(headers['x-ratelimit-reset']), now),
  ];
  return quotas
    .filter((quota) => quota !== undefined)
    .sort((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs)[0];
}

function quotaOf(remaining: string | undefined, reset: string | undefined, now: number): Quota | undefined {
  if (!/^\d+$/.test(remaining ?? '') || !/^\d+(\.\d+)?$/.test(reset ?? '')) return undefined;
  return { remaining: Number(remaining), resetMs: millisecondsFrom(Number(reset), now) };
}

function parameter(item: string, names: string): string | undefined {
  return new RegExp(`(?:^|[;,\\s])(?:${names})\\s*=\\s*([\\d.]+)`, 'i').exec(item)?.[1];
}

function textOf(header: string | string[] | undefined): string | undefined {
  return (Array.isArray(header) ? header[0] : header)?.trim();
}

/** What an error answer says besides its status: how long to wait, and why, in words. */
import { isJsonObject } from '../json.js';
import type { HttpAnswer } from './exchange.js';

/** Milliseconds to wait from a Retry-After in seconds or as an HTTP date; null when there is none that makes sense. */
export function parseRetryAfter(headers: HttpAnswer['headers'], now: number): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (text === '') return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds < 0 ? null : Math.ceil(seconds * 1000);
  const date = Date.parse(text);
  // Read on the server's own clock where it tells the time: ours may be off.
  const serverNow = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? null : Math.max(0, date - (Number.isNaN(serverNow) ? now : serverNow));
}

/** The readable part of an error body: problem+json, v3's `{Status, Message}`, OAuth's `error`, or a short plain text. */
export function detailOf(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return body.trimStart().startsWith('<') ? '' : shorten(body);
  }
  if (!isJsonObject(value)) return shorten(String(value ?? ''));
  const { errors } = value;
  const fields = isJsonObject(errors)
    ? Object.entries(errors).map(([name, messages]) => `${name}: ${String(messages)}`)
    : [];
  const texts = ['title', 'Message', 'message', 'detail', 'error', 'error_description'].map(
    (name) => value[name],
  );
  return shorten([...texts.filter((text) => typeof text === 'string'), ...fields].join(' '));
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // A GUID may be somebody's key.
  const safe = line.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '…');
  return safe.length > 200 ? `${safe.slice(0, 200)}…` : safe;
}

/** When an IdP counts as silent (R18). Its last values stay in force; they are only shown as stale. */

/** What is known of the connection to one IdP. */
export interface Connection {
  /** ISO instant of its last request; null when it never made one. */
  lastHeardAt: string | null;
  /** ISO instant at which its token was revoked or it was disconnected; null while connected. */
  disconnectedAt: string | null;
}

const DAY = 24 * 60 * 60 * 1000;

/** Since when a source counts as silent, ISO instant; null while it does not. */
export function silentSince(connection: Connection, now: string, afterDays: number): string | null {
  const { lastHeardAt, disconnectedAt } = connection;
  if (disconnectedAt !== null) return disconnectedAt;
  if (lastHeardAt === null) return null;
  return Date.parse(now) - Date.parse(lastHeardAt) >= afterDays * DAY ? lastHeardAt : null;
}

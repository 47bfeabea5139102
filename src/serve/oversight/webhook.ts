/** Delivers alerts: one POST each, tried again for the better part of a day. */
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { Task } from '../../queue/queue.js';
import type { AlarmCode } from './alarms.js';

/** The body of the POST. */
export interface Alert {
  code: AlarmCode;
  tenant: string;
  status: 'alarm' | 'recovered';
  /** ISO: when the alarm was noticed. */
  since: string;
  /** ISO: when this was noticed. */
  at: string;
  remedy: string;
}

/** An alert on its way. */
export interface Delivery {
  alert: Alert;
  /** How often it was tried. */
  attempt: number;
}

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 12;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 4 * 3_600_000;

/**
 * @param addressOf the webhook of a tenant, which is never logged; undefined where this process knows none
 * @returns the next try, or null when there is none
 */
export function createDeliverer(
  addressOf: (tenant: string) => string | undefined,
  clock: Clock,
  log: Logger,
) {
  return async ({ alert, attempt }: Delivery): Promise<Task<Delivery> | null> => {
    const { code, tenant, status } = alert;
    const trouble = await post(addressOf(tenant), alert);
    if (trouble === null) {
      log.info({ tenant, alert: code, status }, 'an alert was delivered');
      return null;
    }
    const isLast = attempt + 1 >= ATTEMPTS;
    log[isLast ? 'error' : 'warn'](
      { code: 'ALERT_UNDELIVERED', tenant, alert: code, status, attempt, trouble },
      isLast ? 'an alert could not be delivered' : 'an alert will be tried again',
    );
    if (isLast) return null;
    const wait = Math.min(FIRST_WAIT_MS * 3 ** attempt, LONGEST_WAIT_MS);
    return {
      key: JSON.stringify(['alert', tenant, code, alert.at, attempt + 1]),
      data: { alert, attempt: attempt + 1 },
      startAt: new Date(clock.now() + wait).toISOString(),
    };
  };
}

/** Null when it was taken, else why not: a status or the code of an error. */
async function post(address: string | undefined, alert: Alert): Promise<string | null> {
  if (address === undefined) return 'no address';
  try {
    const { ok, status, body } = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alert),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await body?.cancel();
    return ok ? null : String(status);
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: unknown } };
    return typeof cause?.code === 'string' ? cause.code : name;
  }
}

/** Notices when the health of a tenant turns to alarm, and when it recovers, and has each told once, however many processes look. */

import type { Queue } from '../../queue/queue.js';
import { isInTime } from '../../store/in-time.js';
import type { Collection, Store, StoredRecord } from '../../store/store.js';
import type { Health } from '../health.js';
import type { Alert, Delivery } from './webhook.js';

export type AlarmCode = 'RUN_OVERDUE' | 'TENANT_BROKEN';

export interface Alarm {
  code: AlarmCode;
  remedy: string;
}

/** One alarm of a tenant, by its code. */
export interface AlarmRecord extends StoredRecord {
  /** ISO instants. */
  since: string;
  endedAt: string | null;
}

/** A tenant about which somebody wants to be told. */
export interface Guarded {
  tenant: string;
  alarms: Collection<AlarmRecord>;
  alarm(): Promise<Alarm | null>;
}

export interface AlarmsOptions {
  guarded: readonly Guarded[];
  deliveries: Pick<Queue<Delivery>, 'add'>;
  /** ISO. */
  now: () => string;
}

const CODES: readonly AlarmCode[] = ['RUN_OVERDUE', 'TENANT_BROKEN'];

/** Compares how every tenant is with what was told before. */
export async function lookForAlarms({ guarded, deliveries, now }: AlarmsOptions): Promise<void> {
  for (const { tenant, alarms, alarm } of guarded) {
    const present = await alarm();
    for (const code of CODES) {
      const known = await alarms.get(code);
      const isOpen = known !== undefined && known.endedAt === null;
      const isPresent = present?.code === code;
      if (isPresent === isOpen) continue;
      const at = now();
      const next: AlarmRecord = isPresent
        ? { id: code, version: known?.version ?? 0, since: at, endedAt: null }
        : { ...(known as AlarmRecord), endedAt: at };
      const alert: Alert = {
        code,
        tenant,
        status: isPresent ? 'alarm' : 'recovered',
        since: next.since,
        at,
        remedy: isPresent ? present.remedy : 'Nothing needs to be done.',
      };
      // Kept before it is noted: a process that dies between them leaves the noting to the next look, and the key is the same.
      const key = JSON.stringify(['alert', tenant, code, next.version]);
      await deliveries.add({ key, data: { alert, attempt: 0 }, startAt: at });
      await isInTime(() => alarms.put([next]));
    }
  }
}

export function openAlarms(store: Pick<Store, 'collection'>, tenant: string): Collection<AlarmRecord> {
  return store.collection<AlarmRecord>(tenant, 'alarms');
}

/** Silence is an alarm (R35). */
export function alarmOf({ status }: Health): Alarm | null {
  if (status === 'ok') return null;
  return {
    code: 'RUN_OVERDUE',
    remedy:
      'See GET /admin/runs and the log for what keeps the runs from succeeding, or start one by POST /admin/sync.',
  };
}

export function brokenAlarm(): Alarm {
  return {
    code: 'TENANT_BROKEN',
    remedy: 'See the log and GET /health for the file and line, mend it, and start the process again.',
  };
}

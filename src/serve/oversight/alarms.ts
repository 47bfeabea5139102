/** Notices when the health of a tenant turns to alarm, and when it recovers, and has each told once, however many processes look. */

import type { Queue } from '../../queue/queue.js';
import type { StoreFault } from '../../store/fault-watch.js';
import { isInTime } from '../../store/in-time.js';
import type { Collection, Store, StoredRecord } from '../../store/store.js';
import type { Health } from '../health.js';
import type { Alert, Delivery } from './webhook.js';

export type AlarmCode = 'RUN_OVERDUE' | 'STATE_UNWRITABLE' | 'WRITES_FAILING' | 'TENANT_BROKEN';

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
  /** Those that are on. */
  present(): Promise<readonly Alarm[]>;
}

export interface AlarmsOptions {
  deliveries: Pick<Queue<Delivery>, 'add'>;
  /** ISO. */
  now: () => string;
}

const CODES: readonly AlarmCode[] = ['RUN_OVERDUE', 'STATE_UNWRITABLE', 'WRITES_FAILING', 'TENANT_BROKEN'];

/**
 * Compares how every tenant is with what was told before. Neither a tenant nor an alarm with which that fails holds up another.
 * @throws what failed first
 */
export type LookForAlarms = (guarded: readonly Guarded[]) => Promise<void>;

export function createLookForAlarms({ deliveries, now }: AlarmsOptions): LookForAlarms {
  /** What was told and could not be stored: an alarm about the store itself is told once all the same. */
  const unstored = new Map<string, AlarmRecord>();

  async function store(place: string, alarms: Guarded['alarms']): Promise<void> {
    const told = unstored.get(place);
    if (told === undefined) return;
    await isInTime(() => alarms.put([told]));
    unstored.delete(place);
  }

  async function compare({ tenant, alarms }: Guarded, code: AlarmCode, present: Alarm | undefined) {
    const place = JSON.stringify([tenant, code]);
    const known = unstored.get(place) ?? (await alarms.get(code));
    const isOpen = known !== undefined && known.endedAt === null;
    if ((present !== undefined) === isOpen) return store(place, alarms);
    const at = now();
    const next: AlarmRecord =
      present !== undefined
        ? { id: code, version: known?.version ?? 0, since: at, endedAt: null }
        : { ...(known as AlarmRecord), endedAt: at };
    const alert: Alert = {
      code,
      tenant,
      status: present !== undefined ? 'alarm' : 'recovered',
      since: next.since,
      at,
      remedy: present?.remedy ?? 'Nothing needs to be done.',
    };
    // Kept before it is noted: a process that dies between them leaves the noting to the next look, and the key is the same.
    const key = JSON.stringify(['alert', tenant, code, next.version, alert.status]);
    await deliveries.add({ key, data: { alert, attempt: 0 }, startAt: at });
    unstored.set(place, next);
    await store(place, alarms);
  }

  async function look(guarded: Guarded): Promise<void> {
    const present = await guarded.present();
    await forEachOf(CODES, (code) => {
      const alarm = present.find((each) => each.code === code);
      return compare(guarded, code, alarm);
    });
  }

  return (guarded) => forEachOf(guarded, look);
}

/** Does it with each, one after the other, also after one with which it failed. @throws what failed first */
async function forEachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const troubles: unknown[] = [];
  for (const one of all) await work(one).catch((trouble) => troubles.push(trouble));
  if (troubles.length > 0) throw troubles[0];
}

export function openAlarms(store: Pick<Store, 'collection'>, tenant: string): Collection<AlarmRecord> {
  return store.collection<AlarmRecord>(tenant, 'alarms');
}

/** Silence is an alarm (R35), and so is a state that nothing can be written to, and a write that has been failing for days (R24). */
export function alarmsOf({
  status,
  storeFault,
  failing,
}: Pick<Health, 'status' | 'storeFault' | 'failing'>): Alarm[] {
  const overdue: Alarm = {
    code: 'RUN_OVERDUE',
    remedy:
      'See GET /admin/runs and the log for what keeps the runs from succeeding, or start one by POST /admin/sync.',
  };
  const unwritable = (fault: StoreFault): Alarm => ({
    code: 'STATE_UNWRITABLE',
    remedy: `${fault.code}: ${fault.remedy}`,
  });
  const stuck: Alarm = {
    code: 'WRITES_FAILING',
    remedy:
      'See what lucca-scim plan names as WAITING_AFTER_FAILURE, and why in the errors of the last run; GET /health says how many, and since when.',
  };
  return [
    ...(status === 'overdue' ? [overdue] : []),
    ...(storeFault === null ? [] : [unwritable(storeFault)]),
    ...(failing?.isLasting === true ? [stuck] : []),
  ];
}

export function brokenAlarm(): Alarm {
  return {
    code: 'TENANT_BROKEN',
    remedy: 'See the log and GET /health for the file and line, mend it, and start the process again.',
  };
}

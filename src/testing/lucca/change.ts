/** What an edit changed. */
import type { JsonObject, JsonValue } from '../../json.js';

export interface Change {
  readonly edit: 'hire' | 'leave' | 'move' | 'rename' | 'change-mail' | 'rehire' | 'remove' | 'edit';
  readonly subject: {
    readonly kind: 'person' | 'department' | 'section' | 'establishment';
    readonly id: number;
  };
  /** On the simulator's clock. */
  readonly at: string;
  /** Only what differs: `department`, `status`, `sections.4` … */
  readonly fields: Readonly<Record<string, { readonly before: JsonValue; readonly after: JsonValue }>>;
}

/** The fields in which two descriptions differ; a field that one lacks counts as null there. */
export function diff(before: JsonObject, after: JsonObject): Change['fields'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const pairs = [...names].map((name) => {
    const [old, now] = [before[name] ?? null, after[name] ?? null];
    return [name, { before: old, after: now }] as const;
  });
  return Object.fromEntries(
    pairs.filter(([, pair]) => JSON.stringify(pair.before) !== JSON.stringify(pair.after)),
  );
}

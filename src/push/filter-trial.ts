/** Finds out by which keys a target cannot be asked, from the filters that it refuses or passes over. */
import type { TargetError } from './client/target-error.js';
import type { Learner } from './learner.js';
import { ENOUGH } from './lessons.js';
import type { MatchKey } from './plan/match.js';

export interface FilterTrial {
  /** It answered what was asked: where it does not later, that is about the value. */
  answered(endpoint: string, key: MatchKey): void;
  /** It refused; for the second value it is a lesson, unless it has ever answered. */
  refused(endpoint: string, key: MatchKey, value: string, error: TargetError): void;
  /** It showed others than were asked for; the same. */
  passedOver(endpoint: string, key: MatchKey, value: string): void;
}

export function createFilterTrial(learn: Learner['learn']): FilterTrial {
  const proven = new Set<string>();
  const failed = new Map<string, Set<string>>();
  const fail = (endpoint: string, key: MatchKey, value: string, how: string) => {
    const matter = `${endpoint} ${key}`;
    const values = failed.get(matter) ?? new Set();
    if (proven.has(matter) || values.has(value)) return;
    failed.set(matter, values.add(value));
    const why = `${endpoint} cannot be asked by ${key}: the filter was ${how}`;
    if (values.size === ENOUGH) learn({ about: 'filter', endpoint, key, why });
  };
  return {
    answered: (endpoint, key) => void proven.add(`${endpoint} ${key}`),
    refused(endpoint, key, value, error) {
      const { status, scimType } = error;
      if (!isAboutFilter(error)) return;
      fail(endpoint, key, value, `answered ${scimType === undefined ? status : `${status} ${scimType}`}`);
    },
    passedOver: (endpoint, key, value) => fail(endpoint, key, value, 'passed over'),
  };
}

/** RFC 7644 section 3.4.2.2: what cannot be filtered on is answered invalidFilter; targets also say 403, 501, or 400 alone. */
function isAboutFilter({ status, scimType }: TargetError): boolean {
  if (status === 403 || status === 501) return true;
  return status === 400 && (scimType === undefined || scimType === 'invalidFilter');
}

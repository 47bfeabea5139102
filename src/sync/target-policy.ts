/** What an admin chose about drift, SSO and ownership on one target, in the form in which runs ask for it. */
import type { TargetConfig } from '../config/schema.js';
import type { PushMode } from '../push/plan/input.js';
import { compileDrift, type DriftPolicy, SSO_ATTRIBUTES } from '../push/reconcile/policy.js';

export interface TargetPolicy {
  mode: PushMode;
  drift: DriftPolicy;
  /** Milliseconds between two reconciliations of the schedule; null for none. */
  everyMs: number | null;
  /** Whether what has vanished from the target is made anew. */
  recreates: boolean;
}

const HOUR_MS = 3_600_000;

export function policyOf({ mode, sso, ssoOwns, drift, reconcile }: TargetConfig): TargetPolicy {
  const verbs = typeof drift === 'string' ? { default: drift } : drift;
  return {
    mode,
    drift: compileDrift({ drift: verbs, ssoWins: sso !== 'off', ssoOwns }),
    everyMs: reconcile.everyHours === undefined ? null : reconcile.everyHours * HOUR_MS,
    recreates: reconcile.vanished === 'recreate' && mode !== 'membership-only',
  };
}

type Options = Record<string, unknown>;

/** The same choices as far as they are settings of the profile. What is written about an attribute itself comes last. */
export function profileOptions({ groups, options = {}, sso, attributes, mode }: TargetConfig): Options {
  const own = (key: string) => options[key] as Options | undefined;
  const beside = sso === 'beside' ? SSO_ATTRIBUTES.map((path) => [path, 'on-create-only']) : [];
  const modes = {
    ...Object.fromEntries(beside),
    ...(own('attributes')?.modes as Options | undefined),
    ...attributes,
  };
  const keeps = mode === 'upsert-only';
  return {
    ...options,
    ...(Object.keys(modes).length > 0 && { attributes: { ...own('attributes'), modes } }),
    ...(keeps && { deactivate: 'none' }),
    groups: {
      ...own('groups'),
      ...(groups !== undefined && { enabled: groups ? 'on' : 'off' }),
      ...(keeps && { release: 'keep' }),
    },
  };
}

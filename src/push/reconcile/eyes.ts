/** What a profile says about looking at a target: whose attributes these are, and which can be said in our own form. */
import { defaultRegistry } from '../../scim/registry.js';
import type { TargetProfile } from '../profile.js';
import { coversPath, wholeAttribute } from '../shape/leaves.js';

/** Attributes that are written when an account is made, and never again. */
export function onCreateOnly({ attributes }: Pick<TargetProfile, 'attributes'>): string[] {
  return Object.entries(attributes.modes).flatMap(([path, mode]) =>
    mode === 'on-create-only' ? [wholeAttribute(path)] : [],
  );
}

/** Attributes that are never written. */
export function neverWritten({ attributes }: Pick<TargetProfile, 'attributes'>): string[] {
  return Object.entries(attributes.modes).flatMap(([path, mode]) =>
    mode === 'never' ? [wholeAttribute(path)] : [],
  );
}

/**
 * Whether what stands at a path of the target is the person's own attribute in our own form: not where the profile gives it
 * another name, form or length, and not where only the target knows it.
 */
export function createSayable(profile: TargetProfile): (path: string) => boolean {
  const type = defaultRegistry.resourceType('User');
  const formed = new Set([
    ...Object.values(profile.details).map(({ to }) => to),
    ...profile.attributes.shorten,
    profile.manager.at,
    ...(profile.userName === 'email-local-part' ? ['userName'] : []),
  ]);
  return (path) => !coversPath(formed, path) && type?.resolve(path)?.attribute != null;
}

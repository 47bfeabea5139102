/** Which attributes a caller may ask about: filters and sorting treat all others as unknown. */
import { type AttributePath, formatPath } from './path.js';
import type { ResourceType } from './registry.js';

export interface VisibilityOptions {
  /** False for what lies outside the caller's view (R31). Default: everything is visible. */
  visible?: (path: AttributePath) => boolean;
}

/**
 * Whether the caller may ask about a path. What is never returned, such as a password, could be guessed letter by letter
 * with `sw`; and a sub-attribute is no more visible than its attribute.
 */
export function isVisible(path: AttributePath, type: ResourceType, { visible }: VisibilityOptions): boolean {
  const { extension, attribute, subAttribute } = path;
  if (attribute?.returned === 'never' || subAttribute?.returned === 'never') return false;
  if (visible === undefined) return true;
  const parent = subAttribute === null ? path : type.resolve(formatPath(extension, attribute, null));
  return visible(path) && parent !== undefined && visible(parent);
}

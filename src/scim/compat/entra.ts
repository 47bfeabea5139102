/** What Microsoft Entra ID sends in a form of its own. */
import { isJsonObject } from '../../json.js';

/**
 * Entra's AppRoleAssignmentsComplex puts the whole role as JSON text into the `value` of an element:
 * `{"value": "{\"id\":\"…\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"}`. Returns `{value, display}` of the role, and
 * every other element as it is.
 */
export function unwrapAppRole(element: unknown): unknown {
  if (!isJsonObject(element) || typeof element.value !== 'string' || !element.value.startsWith('{'))
    return element;
  const role = parseObject(element.value);
  if (role === undefined || typeof role.value !== 'string') return element;
  const display = typeof role.displayName === 'string' ? { display: role.displayName } : {};
  return { ...element, value: role.value, ...display };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Managers under the id that they have now: sources may still name somebody by the id of a record that was merged (R17). */
import type { PersonRecord } from '../identity/person.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { ENTERPRISE_USER } from '../scim/schema.js';

/** Gives the attributes with the manager's present id; the same object where that is the id already. */
export type NameManager = (attributes: JsonObject) => JsonObject;

export function createManagerNaming(people: Iterable<PersonRecord>): NameManager {
  const present = new Map<string, string>();
  for (const { id, aliases = [] } of people) for (const alias of aliases) present.set(alias, id);
  return (attributes) => {
    const enterprise = attributes[ENTERPRISE_USER];
    if (present.size === 0 || !isJsonObject(enterprise) || !isJsonObject(enterprise.manager))
      return attributes;
    const value = present.get(String(enterprise.manager.value));
    if (value === undefined) return attributes;
    return { ...attributes, [ENTERPRISE_USER]: { ...enterprise, manager: { ...enterprise.manager, value } } };
  };
}

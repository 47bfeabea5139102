/** A group → the body that a target takes, without members: those travel as deltas (pure). */
import { isJsonObject, type JsonObject } from '../../json.js';
import { GROUP, LUCCA_GROUP } from '../../scim/schema.js';
import type { Capabilities } from '../capabilities.js';
import type { TargetProfile } from '../profile.js';
import { createAcceptance } from './acceptance.js';
import { type Fault, refuseCharacters, stripEmpty } from './fit.js';

export interface ShapedGroup {
  body: JsonObject;
  faults: Fault[];
}

export type GroupShaper = (attributes: JsonObject, id: string) => ShapedGroup;

/** References inside the Lucca extension carry bridge ids, which mean nothing on a target; the Lucca ids beside them do. */
const REFERENCES = new Set(['value', '$ref']);

export function createGroupShaper(profile: TargetProfile, capabilities: Capabilities): GroupShaper {
  const acceptance = createAcceptance({ core: GROUP, extensions: [], drop: [] }, profile, capabilities);
  return (attributes, id) => {
    const body: JsonObject = {};
    for (const [key, value] of Object.entries(attributes)) {
      const isExtension = key.startsWith('urn:');
      if (key === 'schemas' || key === 'id' || key === 'meta' || key === 'members') continue;
      if (isExtension ? !acceptance.container(key) : !acceptance.attribute(null, key).taken) continue;
      const kept = stripEmpty(key === LUCCA_GROUP && isJsonObject(value) ? withoutReferences(value) : value);
      if (kept !== undefined) body[key] = kept;
    }
    if (body.externalId === undefined && acceptance.attribute(null, 'externalId').taken) body.externalId = id;
    const faults: Fault[] = [];
    const fitting = refuseCharacters(body, { '*': profile.attributes.refused['*'] ?? '' }, faults);
    fitting.schemas = [GROUP, ...Object.keys(fitting).filter((key) => key.startsWith('urn:'))];
    if (fitting.displayName === undefined) faults.push(NAMELESS);
    return { body: fitting, faults };
  };
}

const NAMELESS: Fault = {
  code: 'MISSING_GROUP_NAME',
  severity: 'error',
  message: 'The group has no displayName, which the target requires.',
  remedy: 'Give the unit a name in Lucca.',
};

function withoutReferences(extension: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(extension).map(([key, value]) => [
      key,
      isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).filter(([sub]) => !REFERENCES.has(sub)))
        : value,
    ]),
  );
}

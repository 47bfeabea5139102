import { defaultRegistry, type ResourceType } from '../../src/scim/registry.js';

function find(name: string): ResourceType {
  const type = defaultRegistry.resourceType(name);
  if (type === undefined) throw new Error(`no ${name}`);
  return type;
}

export const userType = find('User');
export const groupType = find('Group');

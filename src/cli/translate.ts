/** `lucca-scim translate`: what Lucca says, as SCIM resources; asks no target. */
import { BridgeError } from '../errors.js';
import type { JsonObject } from '../json.js';
import type { TranslatedGroup, TranslatedUser } from '../mapping/translation.js';
import { defaultRegistry } from '../scim/registry.js';
import { listSchemas } from '../scim/resource.js';
import { hasFailures, printIssues, withBridge } from './context.js';
import type { Output } from './output.js';

export interface TranslateOptions {
  config: string;
  person?: string;
  at?: string;
}

export function translate(options: TranslateOptions, output: Output): Promise<number> {
  return withBridge(options.config, output, async (bridge) => {
    const { directory, translation } = await bridge.translate({ at: options.at });
    const { person } = options;
    if (person !== undefined) {
      const user = translation.users.find(({ luccaId, id }) => luccaId === person || id === person);
      if (user === undefined) throw unknownPerson(person);
      output.data(userResource(user));
      output.line(`${user.lifecycle.state}: ${user.lifecycle.reason}`);
      output.line(JSON.stringify(userResource(user), null, 2));
      const about = translation.issues.filter(
        ({ subject }) => subject.kind === 'person' && subject.id === user.luccaId,
      );
      printIssues(about, output);
      return hasFailures(about) ? 1 : 0;
    }
    for (const user of translation.users) output.data(userResource(user));
    for (const group of translation.groups) output.data(groupResource(group));
    const issues = [...directory.issues, ...translation.issues];
    output.line(
      `${translation.users.length} people, ${translation.groups.length} groups, as of ${translation.at}`,
    );
    output.line(
      `Reading ${directory.certificate.complete ? 'proved complete' : 'NOT proved complete'}, ${directory.requests} requests`,
    );
    printIssues(issues, output);
    return hasFailures(issues) ? 1 : 0;
  });
}

function userResource({ id, attributes }: TranslatedUser): JsonObject {
  return describe('User', { id, ...attributes });
}

function groupResource({ id, attributes, members }: TranslatedGroup): JsonObject {
  const listed = members.length === 0 ? {} : { members: members.map((value) => ({ value, type: 'User' })) };
  return describe('Group', { id, ...attributes, ...listed });
}

function describe(typeName: 'User' | 'Group', resource: JsonObject): JsonObject {
  const type = defaultRegistry.resourceType(typeName);
  return type === undefined ? resource : { schemas: listSchemas(resource, type), ...resource };
}

function unknownPerson(id: string): BridgeError {
  return new BridgeError('PERSON_UNKNOWN', `Lucca shows nobody with the id ${id}.`, {
    remedy:
      'Give the id at the end of the address of the person’s page in Lucca; check that the key may see the person.',
    exitCode: 2,
  });
}

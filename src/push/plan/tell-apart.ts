/** UserNames that are only the beginning of an address: letters tell those apart who would have the same. */
import type { JsonObject } from '../../json.js';
import { markText } from '../shape/shorten.js';
import type { Draft } from './draft.js';
import { linkedId } from './input.js';
import { keysOf } from './match.js';

/** Whoever comes later gets the letters. */
export function tellApart({ input, people }: Draft): void {
  const { profile, capabilities, links } = input;
  if (profile.userName !== 'email-local-part') return;
  const creates = people.filter(({ kind }) => kind === 'create-user');
  if (creates.length === 0) return;
  const nameOf = (body: JsonObject) => keysOf(body, 'userName', capabilities.userNameCaseExact).join();
  const taken = new Set<string>();
  for (const { kind, body, changes } of people)
    if (kind === 'adopt-user' || changes.some(({ path }) => path === 'userName')) taken.add(nameOf(body));
  for (const link of links.values()) if (linkedId(link) !== null) taken.add(nameOf(link.sent ?? {}));
  for (const operation of creates) {
    const { body, subject } = operation;
    if (body.userName === undefined) continue;
    if (taken.has(nameOf(body)))
      operation.body = {
        ...body,
        userName: markText(String(body.userName), profile.attributes.maxLength.userName, subject),
      };
    taken.add(nameOf(operation.body));
  }
}

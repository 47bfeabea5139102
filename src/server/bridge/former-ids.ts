/** People who turned out to be one answer to the ids of all: filters that name a former id mean the present one. */
import { type CompiledFilter, listFilterPaths, rewordFilter } from '../../scim/filter/index.js';
import type { AttributePath } from '../../scim/path.js';
import { LUCCA_GROUP } from '../../scim/schema.js';
import { MANAGER, type People } from './people.js';

/** Where a filter may name a person. */
const PERSON_IDS: ReadonlySet<string> = new Set([
  'id',
  'members.value',
  MANAGER,
  `${LUCCA_GROUP}:manager.value`,
]);

/** The filter in present ids. One that compares addresses, which hold present ids only, is left as it is. */
export function inPresentIds(filter: CompiledFilter, people: People): CompiledFilter {
  if (!people.hasFormerIds || listFilterPaths(filter.checked).some(isAddress)) return filter;
  return rewordFilter(filter, (text, { text: path }) =>
    PERSON_IDS.has(path) ? (people.find(text)?.id ?? text) : text,
  );
}

function isAddress({ attribute, subAttribute }: AttributePath): boolean {
  return (subAttribute ?? attribute)?.type === 'reference';
}

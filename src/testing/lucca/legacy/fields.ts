/** The v3 `fields` parameter: `id,mail,department[id,name],manager.id`, in any letter case. */
import { LegacyError } from './errors.js';

/** Lower-case name → what is asked of that property; an empty map asks for its default. */
export type Selection = ReadonlyMap<string, Selection>;
type Tree = Map<string, Tree>;

/** Reads a `fields` value. Throws a 400 where a bracket is missing or a name is empty. */
export function parseFields(text: string): Selection {
  const tokens = text.match(/[[\],]|[^[\],]+/g) ?? [];
  let next = 0;

  function readList(into: Tree): void {
    for (;;) {
      const name = tokens[next]?.trim() ?? '';
      if (!/^[^[\],]+$/.test(name)) throw new LegacyError(400, `fields: a name is missing near "${text}"`);
      next += 1;
      const leaf = name.split('.').reduce(descend, into);
      if (tokens[next] === '[') {
        next += 1;
        readList(leaf);
        if (tokens[next] !== ']') throw new LegacyError(400, `fields: "]" is missing in "${text}"`);
        next += 1;
      }
      if (tokens[next] !== ',') return;
      next += 1;
    }
  }

  const root: Tree = new Map();
  readList(root);
  if (next < tokens.length)
    throw new LegacyError(400, `fields: "${tokens[next]}" is unexpected in "${text}"`);
  return root;
}

function descend(tree: Tree, name: string): Tree {
  const key = name.trim().toLowerCase();
  if (key === '') throw new LegacyError(400, 'fields: a name is empty');
  const child = tree.get(key) ?? new Map();
  tree.set(key, child);
  return child;
}

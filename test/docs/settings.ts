/** The settings of a zod schema as a flat list, for comparison with the tables of the pages. */
import { z } from 'zod';

export interface Setting {
  /** `targets.NAME.scope.filter`, `rates[].burst`. */
  path: string;
  /** What stands in the column "default": a value, `none` or `required`. */
  default: string;
}

/** The part of JSON Schema that zod writes for our schemas. */
interface Node {
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: Node | boolean;
  anyOf?: Node[];
  items?: Node;
  default?: unknown;
}

/** What the tables write for keys that people choose. */
const KEYS: Readonly<Record<string, string>> = { attributes: 'PATH' };

/**
 * Every setting. A block that is always there, because it is required or filled with defaults, shows by its parts alone; one that
 * may be left out is a setting of its own beside them.
 */
export function listSettings(schema: z.ZodType): Setting[] {
  return listParts(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node, '');
}

function listParts({ properties = {}, required = [] }: Node, prefix: string): Setting[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    const path = prefix + name;
    const isRequired = required.includes(name);
    if (isBlock(node) && (isRequired || node.default !== undefined)) return listParts(node, `${path}.`);
    const own = { path, default: isRequired ? 'required' : write(node.default) };
    return [own, ...listInside(node, path, name)];
  });
}

function listInside(node: Node, path: string, name: string): Setting[] {
  const named = typeof node.additionalProperties === 'object' ? node.additionalProperties : {};
  return [
    ...blocksOf(node).flatMap((block) => listParts(block, `${path}.`)),
    ...blocksOf(named).flatMap((block) => listParts(block, `${path}.${KEYS[name] ?? 'NAME'}.`)),
    ...blocksOf(node.items ?? {}).flatMap((block) => listParts(block, `${path}[].`)),
  ];
}

function blocksOf(node: Node): Node[] {
  return [node, ...(node.anyOf ?? [])].filter(isBlock);
}

/** `{ file: path }` is a form of a secret. */
function isBlock({ properties }: Node): boolean {
  return properties !== undefined && Object.keys(properties).join() !== 'file';
}

function write(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

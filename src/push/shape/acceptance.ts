/** Which attributes a target takes: its Schemas document, where it has one worth obeying, and its profile. */
import type { AttributeCapability, Capabilities } from '../capabilities.js';
import type { TargetProfile } from '../profile.js';
import { formatTargetPath } from './target-path.js';

export interface Acceptance {
  /** Whether an extension container is sent at all. */
  container(urn: string): boolean;
  attribute(container: string | null, name: string): AttributeRule;
}

export interface AttributeRule {
  readonly taken: boolean;
  takesSub(sub: string): boolean;
}

/** Taken although Schemas does not list them: a common attribute (RFC 7643 section 3.1), and the one that deactivates. */
const COMMON = new Set(['externalid', 'active']);

export interface AcceptanceRules {
  /** URN of the resource type's core schema. */
  core: string;
  /** Containers sent when Schemas does not say. */
  extensions: readonly string[];
  /** Paths never sent. */
  drop: readonly string[];
  /** When given, nothing else is sent. */
  only?: readonly string[] | undefined;
}

export function createAcceptance(
  rules: AcceptanceRules,
  profile: Pick<TargetProfile, 'schemas'>,
  capabilities: Pick<Capabilities, 'schemas'>,
): Acceptance {
  const { core, extensions } = rules;
  const schemas = profile.schemas === 'obey' ? capabilities.schemas : null;
  const known = schemas === null || !Object.hasOwn(schemas, core) ? null : schemas;
  const drop = new Set(rules.drop);
  const only = rules.only === undefined ? null : new Set(rules.only);

  function find(container: string | null, name: string): AttributeCapability | undefined {
    const attributes = known?.[container ?? core] ?? [];
    return attributes.find((attribute) => attribute.name.toLowerCase() === name.toLowerCase());
  }

  function isListed(path: string, parent: string): boolean {
    return only === null || only.has(path) || only.has(parent) || hasBelow(only, path);
  }

  function decide(container: string | null, name: string): AttributeRule {
    const path = formatTargetPath(container, name);
    const common = container === null && COMMON.has(name.toLowerCase());
    const attribute = find(container, name);
    const subs = attribute?.subAttributes?.map((sub) => sub.toLowerCase()) ?? [];
    return {
      taken:
        !drop.has(path) &&
        isListed(path, path) &&
        (known === null || common || (attribute !== undefined && !attribute.readOnly)),
      takesSub: remember((sub) => {
        const below = formatTargetPath(container, name, sub);
        return (
          !drop.has(below) && isListed(below, path) && (subs.length === 0 || subs.includes(sub.toLowerCase()))
        );
      }),
    };
  }

  const ruleOf = remember((container: string | null) => remember((name: string) => decide(container, name)));
  return {
    container: (urn) =>
      !drop.has(urn) && (known === null ? extensions.includes(urn) : Object.hasOwn(known, urn)),
    attribute: (container, name) => ruleOf(container)(name),
  };
}

/** Answers each question once: people of one directory ask the same ones a hundred thousand times. */
function remember<K, V>(answer: (key: K) => V): (key: K) => V {
  const answers = new Map<K, V>();
  return (key) => {
    let value = answers.get(key);
    if (value === undefined) {
      value = answer(key);
      answers.set(key, value);
    }
    return value;
  };
}

function hasBelow(paths: ReadonlySet<string>, path: string): boolean {
  for (const candidate of paths) if (candidate.startsWith(`${path}.`)) return true;
  return false;
}

/** Who has the last word about single values of one person, as an admin settled it: precedence asks that source first. */
import type { PersonRecord, SourceName } from './person.js';
import type { CompiledRules, Rule } from './rules.js';

/** @param cell `title`, `name.familyName`, `emails[work]`, `urn:…:User:department` */
export function settleOwner(
  person: PersonRecord,
  cell: string,
  owner: { source: SourceName; by: string },
  at: string,
): PersonRecord {
  return { ...person, updatedAt: at, owners: { ...person.owners, [cell]: { ...owner, at } } };
}

/**
 * Takes the last word from a source again.
 * @param paths cells, whole attributes or extension URNs; or `all`
 */
export function releaseOwner(
  person: PersonRecord,
  source: SourceName,
  paths: readonly string[] | 'all',
  at: string,
): PersonRecord {
  const { owners = {}, ...rest } = person;
  const isReleased = (cell: string): boolean =>
    paths === 'all' ||
    paths.some((path) => cell === path || (/^[.[:]/.test(cell.slice(path.length)) && cell.startsWith(path)));
  const all = Object.entries(owners);
  const kept = all.filter(([cell, owner]) => owner.source !== source || !isReleased(cell));
  if (kept.length === all.length) return person;
  return { ...rest, updatedAt: at, ...(kept.length > 0 && { owners: Object.fromEntries(kept) }) };
}

export function ownerAt({ owners }: Pick<PersonRecord, 'owners'>, cell: string): SourceName | undefined {
  return owners !== undefined && Object.hasOwn(owners, cell) ? owners[cell]?.source : undefined;
}

/** The rules as they hold for one person: the same object for almost everybody. */
export function rulesFor(person: PersonRecord, rules: CompiledRules): CompiledRules {
  if (person.owners === undefined) return rules;
  return {
    ...rules,
    ruleOf(attribute, slot) {
      const rule = rules.ruleOf(attribute, slot);
      const owner = ownerAt(person, cellPath(attribute, slot));
      return owner === undefined ? rule : ledBy(owner, rule);
    },
  };
}

function cellPath(attribute: string, slot: string | null): string {
  if (slot === null) return attribute;
  return attribute === 'name' ? `name.${slot}` : `${attribute}[${slot}]`;
}

/** Rankings are remembered by rule, so that each is made once only. */
const led = new WeakMap<Rule, Map<SourceName, Rule>>();

/** A value set by hand still comes first. */
function ledBy(owner: SourceName, rule: Rule): Rule {
  const known = led.get(rule) ?? new Map<SourceName, Rule>();
  led.set(rule, known);
  const made = known.get(owner) ?? {
    ...rule,
    text: `${rule.text}; for this person ${owner} first, as an admin settled it`,
    sources: ['manual', owner, ...rule.sources],
  };
  known.set(owner, made);
  return made;
}

/** Precedence rules, compiled once from the configuration and asked for every cell of every person. */
import { defaultRegistry, type ResourceType } from '../scim/registry.js';
import { isListByType } from './cells.js';
import type { SourceName } from './person.js';
import { type PrecedenceConfig, precedenceSchema } from './precedence-config.js';
import { canonicalPath } from './rule-path.js';

/** Who wins one cell. */
export interface Rule {
  /** As a person would write it: `emails[work]: idp:*, target:*, lucca`. */
  text: string;
  sources: readonly string[];
  authoritative: boolean;
}

/**
 * Those of the speakers whom a rule names, highest first: several that one pattern covers by their configured rank, then by
 * name.
 */
export type Ranking = (rule: Rule) => readonly SourceName[];

export interface CompiledRules {
  /** The rule of a cell. `attribute` is the whole attribute's path, `slot` the part of the name or the type of a list element. */
  ruleOf(attribute: string, slot: string | null): Rule;
  /** How rules rank the sources that speak about one person. */
  ranking(speakers: readonly SourceName[]): Ranking;
  /** Null: either source makes a person inactive. */
  active: Rule | null;
  onIdpDelete: PrecedenceConfig['onIdpDelete'];
  staleAfterDays: number;
  /** Every rule names Lucca: what nobody but Lucca speaks about is as Lucca says. */
  luccaEverywhere: boolean;
}

/** Attributes whose value the IdP or the SSO knows better than the HR system. */
const LOGIN_ATTRIBUTES = ['userName', 'name', 'displayName', 'emails[work]'];

const DEFAULTS: ReadonlyMap<string, Rule> = new Map([
  ...LOGIN_ATTRIBUTES.map((path) => [path, createRule(path, ['idp:*', 'target:*', 'lucca'])] as const),
  ['*', createRule('*', ['lucca', 'idp:*'])],
]);

/** The client's own key (R15): nobody's but Lucca's, whatever is configured. */
const LUCCA_KEY = createRule('externalId', ['lucca']);

/**
 * Compiles the block, with the defaults of R10 for what it leaves out. Throws `PRECEDENCE_PATH_UNKNOWN` for a path that names no
 * attribute of `type`, or one whose precedence cannot be chosen.
 */
export function compileRules(
  config: PrecedenceConfig = precedenceSchema.parse({}),
  type: ResourceType = userType(),
): CompiledRules {
  const own = new Map<string, Rule>();
  for (const [given, rule] of Object.entries(config.attributes)) {
    const path = canonicalPath(given, type);
    const { sources, authoritative } = Array.isArray(rule) ? { sources: rule, authoritative: false } : rule;
    own.set(path, createRule(path, sources, authoritative));
  }
  const active = config.active === 'either' ? null : createRule('active', config.active);
  const all = [...own.values(), ...DEFAULTS.values(), ...(active ? [active] : [])];
  return {
    ruleOf: memoise((attribute, slot) => findRule(own, attribute, slot)),
    ranking: rankWith(config.idps),
    active,
    onIdpDelete: config.onIdpDelete,
    staleAfterDays: config.staleAfterDays,
    luccaEverywhere: all.every(({ sources }) => sources.includes('lucca')),
  };
}

/** Manual values beat all, unless the rule gives them a place of their own. */
function createRule(path: string, sources: readonly string[], authoritative = false): Rule {
  const text = `${path}: ${sources.join(', ')}${authoritative ? ' (authoritative)' : ''}`;
  return { text, sources: sources.includes('manual') ? sources : ['manual', ...sources], authoritative };
}

/** What the admin wrote about an attribute comes before the defaults about it, and those before a `*`. */
function findRule(own: ReadonlyMap<string, Rule>, attribute: string, slot: string | null): Rule {
  if (attribute === 'externalId') return LUCCA_KEY;
  const exact = slot === null ? attribute : attribute === 'name' ? `name.${slot}` : `${attribute}[${slot}]`;
  const container = attribute.slice(0, Math.max(attribute.lastIndexOf(':'), 0));
  const paths = [exact, attribute, container];
  const rules = [...paths.map((path) => own.get(path)), ...paths.map((path) => DEFAULTS.get(path))];
  const rule = rules.find((each) => each !== undefined) ?? own.get('*') ?? DEFAULTS.get('*');
  if (!rule) throw new Error('the defaults lack a rule for *');
  return rule;
}

function memoise(find: CompiledRules['ruleOf']): CompiledRules['ruleOf'] {
  const found = new Map<string, Map<string | null, Rule>>();
  return (attribute, slot) => {
    const bySlot = found.get(attribute) ?? new Map<string | null, Rule>();
    found.set(attribute, bySlot);
    // The values of other lists are without number, and no rule tells them apart.
    const key = attribute === 'name' || isListByType(attribute) ? slot : null;
    const rule = bySlot.get(key) ?? find(attribute, key);
    bySlot.set(key, rule);
    return rule;
  };
}

function rankWith(idps: readonly string[]): CompiledRules['ranking'] {
  const rankings = new Map<string, Ranking>();
  const rankOf = (source: SourceName): number => {
    const at = idps.indexOf(source);
    return at === -1 ? idps.length : at;
  };
  const byRank = (one: SourceName, other: SourceName): number =>
    rankOf(one) - rankOf(other) || (one < other ? -1 : 1);
  const rank = (rule: Rule, speakers: readonly SourceName[]): SourceName[] => {
    const covered = rule.sources.flatMap((pattern) =>
      speakers.filter((source) => covers(pattern, source)).sort(byRank),
    );
    return [...new Set(covered)];
  };
  // Whole companies have the same few sources in the same few combinations.
  return (speakers) => {
    const key = speakers.join(' ');
    let ranking = rankings.get(key);
    if (!ranking) {
      const ranked = new Map<Rule, readonly SourceName[]>();
      ranking = (rule) => {
        const order = ranked.get(rule) ?? rank(rule, speakers);
        ranked.set(rule, order);
        return order;
      };
      rankings.set(key, ranking);
    }
    return ranking;
  };
}

function covers(pattern: string, source: SourceName): boolean {
  return pattern === source || (pattern.endsWith(':*') && source.startsWith(pattern.slice(0, -1)));
}

function userType(): ResourceType {
  const type = defaultRegistry.resourceType('User');
  if (!type) throw new Error('the registry has no User');
  return type;
}

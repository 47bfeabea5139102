/** The pieces of which compiled attributes are built. */
import type { JsonObject, JsonValue } from '../json.js';
import { doubtsAbout, overlaps } from './doubts.js';
import { type Rule, unionOfReads } from './rule.js';
import type { Scene } from './scene.js';
import { rootOf } from './sources.js';

/** Builds one value from the scene; undefined when there is none. */
export type Build = (scene: Scene) => JsonValue | undefined;

/** A named value of an object. */
export interface Part {
  name: string;
  build: Build;
}

/** Units on which a memory can hang. */
const UNIT_ROOTS = ['department', 'costCenter', 'legalEntity', 'establishment', 'section'] as const;
type UnitRoot = (typeof UNIT_ROOTS)[number];

/** Builds an object of the parts that have a value; undefined when none has. */
export function objectOf(parts: readonly Part[]): (scene: Scene) => JsonObject | undefined {
  const Shape = createShape();
  return (scene) => {
    let built: JsonObject | undefined;
    // The innermost loop of every translation: an iterator would cost an object for each part.
    for (let index = 0; index < parts.length; index++) {
      const { name, build } = parts[index] as Part;
      const value = build(scene);
      if (value === undefined) continue;
      built ??= new Shape();
      built[name] = value;
    }
    return built;
  };
}

/**
 * `build`, done once for each unit when its rules read that unit alone: the people of an establishment then share one
 * reference to it, which saves time and memory. What a translation gives is never changed afterwards.
 */
export function shareByUnit(build: Build, rules: readonly Rule[], nextSlot: () => number): Build {
  const unit = onlyUnit(rules);
  if (unit === undefined) return build;
  const slot = nextSlot();
  return (scene) => {
    const view = scene[unit];
    if (view === null) return undefined;
    const known = view.memo[slot];
    if (known !== undefined) return known ?? undefined;
    const built = build(scene);
    view.memo[slot] = built ?? null;
    return built;
  };
}

/** `build`, which leaves out what the reading leaves open: absent keeps the last good value, another value would replace it. */
export function unlessOpen(build: Build, reads: Iterable<string>): Build {
  const doubts = doubtsAbout(reads);
  if (doubts.size === 0) return build;
  return (scene) => (overlaps(doubts, scene.doubts) ? undefined : build(scene));
}

/** A rule to which templates may refer: evaluated, and its findings reported, once for each person. */
export function rememberInScene(rule: Rule, nextSlot: () => number): Rule {
  if (rule.plain) return rule;
  const slot = nextSlot();
  return {
    ...rule,
    evaluate: (scene) => {
      const known = scene.memo[slot];
      if (known !== undefined) return known ?? undefined;
      const value = rule.evaluate(scene);
      scene.memo[slot] = value ?? null;
      return value;
    },
  };
}

/** The one unit that all rules read, if they read nothing else and report nothing. */
function onlyUnit(rules: readonly Rule[]): UnitRoot | undefined {
  if (!rules.every((rule) => rule.quiet)) return undefined;
  const roots = new Set(Array.from(unionOfReads(rules), rootOf));
  const [root] = roots;
  return roots.size === 1 ? UNIT_ROOTS.find((unit) => unit === root) : undefined;
}

/**
 * A constructor of plain objects. Engines learn from the first objects of a constructor how much room the next ones need,
 * which spares each of them from growing property by property.
 */
function createShape(): new () => JsonObject {
  function Shape(): void {}
  Shape.prototype = Object.prototype;
  return Shape as unknown as new () => JsonObject;
}

/** A rule of the mapping, compiled: how one attribute gets its value. */
import type { JsonValue } from '../json.js';
import type { FilePath, MappingDocument } from './document.js';
import type { Scene } from './scene.js';
import type { Root } from './sources.js';
import type { TransformSettings } from './transforms/index.js';
import type { ValueType } from './value-type.js';

export interface Rule {
  type: ValueType;
  /** The source paths that it reads, directly or through other rules. */
  reads: ReadonlySet<string>;
  /** True when it never reports a finding, so that its result may be shared. */
  quiet: boolean;
  /** True for a value that is merely read: quicker to read again than to remember. */
  plain: boolean;
  evaluate(scene: Scene): JsonValue | undefined;
}

/** Where a rule stands, and what it may see there. */
export interface RulePlace {
  path: FilePath;
  /** The attribute that it fills, as findings name it. */
  attribute: string;
  roots: ReadonlySet<Root>;
}

/** What the compilers of rules share while one file is compiled. */
export interface Workshop {
  document: MappingDocument;
  settings: TransformSettings;
  /**
   * The rule of another attribute, for the placeholder of a template: undefined when there is none, null after a complaint.
   */
  ruleOf(attribute: string, place: RulePlace): Rule | null | undefined;
  /** Every source path that the file reads. */
  readonly read: Set<string>;
  /** A place of its own in the memory of units, for what their people share. */
  nextSlot(): number;
}

export const NOTHING_READ: ReadonlySet<string> = new Set();

/** All that several rules read. */
export function unionOfReads(rules: readonly Rule[]): ReadonlySet<string> {
  return new Set(rules.flatMap((rule) => [...rule.reads]));
}

/** `place`, one step further into the file. */
export function within(place: RulePlace, ...steps: (string | number)[]): RulePlace {
  return { ...place, path: [...place.path, ...steps] };
}

/** Compiles a template into a rule: its placeholders become rules of their own. */
import { compilePath } from './compile-path.js';
import { type Rule, type RulePlace, unionOfReads, type Workshop } from './rule.js';
import type { Scene } from './scene.js';
import { rootOf } from './sources.js';
import { fillTemplate, parseTemplate } from './template.js';
import { toText } from './value-type.js';

/** Null after a complaint. */
export function compileTemplate(text: string, place: RulePlace, workshop: Workshop): Rule | null {
  const template = parseTemplate(text);
  if ('fault' in template) {
    const message = `In this template ${template.fault}.`;
    const remedy = 'Write {path}, {path?} where the value may be missing, or {{ for a brace.';
    workshop.document.complain('BAD_TEMPLATE', place.path, message, remedy, { offset: template.offset });
    return null;
  }
  const rules = template.placeholders.map(({ name, offset }) =>
    compilePlaceholder(name, offset, place, workshop),
  );
  if (!rules.every((rule) => rule !== null)) return null;
  const read = (index: number, scene: Scene): string | undefined => toText(rules[index]?.evaluate(scene));
  return {
    type: 'text',
    reads: unionOfReads(rules),
    quiet: rules.every((rule) => rule.quiet),
    plain: false,
    evaluate: (scene) => fillTemplate(template, scene, read),
  };
}

/** A placeholder is an attribute of the same file, unless its first word is a root of source paths. */
function compilePlaceholder(name: string, offset: number, place: RulePlace, workshop: Workshop): Rule | null {
  if (rootOf(name) !== undefined) return compilePath(name, place, workshop, offset);
  const rule = workshop.ruleOf(name, place);
  if (rule !== undefined) return rule;
  const message = `"${name}" is neither a source path nor an attribute that this file maps.`;
  const remedy = 'Write a source path such as {person.firstName}, or map the attribute too.';
  workshop.document.complain('UNKNOWN_PATH', place.path, message, remedy, { offset });
  return null;
}

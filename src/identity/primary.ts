/** One primary element per list, owned by the winner (R13). */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { attributePath, isListByType } from './cells.js';
import { type Decision, type Decisions, sayingOf } from './decision.js';
import type { SourceName } from './person.js';
import type { CompiledRules, Ranking } from './rules.js';

/**
 * Leaves every list with one primary element, if any source marks one. The highest source that marks an element decides which
 * slot it is; whoever won that slot provides the element.
 */
export function settlePrimaries(decisions: Decisions, rules: CompiledRules, ranking: Ranking): void {
  for (const [list, slots] of groupLists(decisions)) {
    if (slots.every(({ said }) => said.every(({ value }) => !findPrimary(value)))) continue;
    const ranked = ranking(rules.ruleOf(list, isListByType(list) ? 'work' : null));
    const chosen = choosePrimary(slots, ranked);
    for (const slot of slots) decisions.set(slot.path, { ...slot, value: withPrimary(slot.value, chosen) });
  }
}

function groupLists(decisions: Decisions): Map<string, Decision[]> {
  const lists = new Map<string, Decision[]>();
  for (const decision of decisions.values()) {
    if (!Array.isArray(decision.value)) continue;
    const list = attributePath(decision.extension, decision.attribute);
    const slots = lists.get(list);
    if (slots) slots.push(decision);
    else lists.set(list, [decision]);
  }
  return lists;
}

function choosePrimary(slots: readonly Decision[], ranked: readonly SourceName[]): JsonObject | undefined {
  for (const source of ranked) {
    const slot = slots.find(({ said }) => findPrimary(sayingOf(said, source)));
    const elements = Array.isArray(slot?.value) ? slot.value.filter(isJsonObject) : [];
    if (slot) return findPrimary(slot.value) ?? elements[0];
  }
  return undefined;
}

function findPrimary(elements: JsonValue | undefined): JsonObject | undefined {
  if (!Array.isArray(elements)) return undefined;
  return elements.filter(isJsonObject).find(({ primary }) => primary === true);
}

function withPrimary(elements: JsonValue | undefined, chosen: JsonObject | undefined): JsonValue | undefined {
  if (!Array.isArray(elements)) return elements;
  const isSettled = elements.every(
    (element) => !isJsonObject(element) || (element.primary === true) === (element === chosen),
  );
  if (isSettled) return elements;
  return elements.map((element) => {
    if (!isJsonObject(element)) return element;
    if (element === chosen) return { ...element, primary: true };
    return element.primary === true ? { ...element, primary: false } : element;
  });
}

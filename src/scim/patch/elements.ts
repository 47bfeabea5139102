/** The elements of one multi-valued attribute while a PATCH runs. */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import type { CompiledElementFilter } from '../filter/index.js';
import { own } from '../path.js';
import type { Attribute } from '../schema.js';
import type { Budget } from './budget.js';
import { createIdentity, type ElementKey, type Identity } from './identity.js';

/** Looking through the list is cheaper than indexing it when only few elements are looked up. */
const LOOKUPS_BEFORE_INDEX = 8;

/**
 * A list whose elements keep their position while operations remove and append. Looking an element up by its `value` costs
 * the same however long the list is, once there are several look-ups; the stored list is copied only if it changes.
 */
export class Elements {
  private readonly identity: Identity;
  private readonly budget: Budget;
  /** Removed elements are undefined. */
  private items: (JsonValue | undefined)[];
  private owned = false;
  private holes = false;
  private lookups = 0;
  private index: Map<ElementKey, number[]> | undefined;
  private primaries: Set<number> | undefined;

  constructor(stored: JsonValue[], attribute: Attribute, budget: Budget) {
    this.items = stored;
    this.identity = createIdentity(attribute);
    this.budget = budget;
  }

  /** The list as it stands; undefined when it is empty. */
  toArray(): JsonValue[] | undefined {
    const left = this.holes ? this.items.filter((item) => item !== undefined) : (this.items as JsonValue[]);
    return left.length === 0 ? undefined : left;
  }

  /** Positions of all elements, or of those that a filter selects. */
  positions(filter?: CompiledElementFilter): number[] {
    const key = filter === undefined ? undefined : this.identity.keyOfFilter(filter);
    if (key !== undefined) return this.lookUp(key);
    return this.select((item) => filter === undefined || filter.matches(item));
  }

  at(position: number): JsonValue | undefined {
    return this.items[position];
  }

  /** Positions of the elements that are the same value as the given one, whatever else they say. */
  listSame(element: JsonValue): number[] {
    const candidates = this.lookUp(this.identity.keyOf(element));
    this.budget.spend(candidates.length);
    return candidates.filter((position) => this.identity.isSame(this.items[position], element));
  }

  /** Positions of the elements that a test holds for. */
  select(test: (element: JsonValue) => boolean): number[] {
    this.budget.spend(this.items.length);
    const found: number[] = [];
    for (let position = 0; position < this.items.length; position += 1) {
      const item = this.items[position];
      if (item !== undefined && test(item)) found.push(position);
    }
    return found;
  }

  /** Whether the element is told from others by its `value`. */
  isIdentified(element: JsonValue): boolean {
    return this.identity.isIdentified(element);
  }

  append(element: JsonValue): void {
    this.put(this.items.length, element);
  }

  /** Puts an element in a position, undefined to remove it. One that becomes primary takes that from the others. */
  put(position: number, element: JsonValue | undefined): void {
    if (position < this.items.length && isDeepStrictEqual(this.items[position], element)) return;
    this.store(position, element);
    if (element === undefined || !isPrimary(element)) return;
    for (const other of this.listPrimaries()) {
      const item = this.items[other];
      if (other !== position && isJsonObject(item)) this.store(other, { ...item, primary: false });
    }
  }

  /**
   * After elements were rewritten: those that are now the same value as another take that one in, so that no value occurs
   * twice and what was written last counts.
   */
  settle(positions: readonly number[]): void {
    for (const position of positions) {
      const element = this.items[position];
      if (element === undefined) continue;
      for (const other of this.listSame(element)) {
        if (other !== position) this.takeIn(position, other);
      }
    }
  }

  replaceAll(elements: JsonValue[]): void {
    this.items = elements;
    this.owned = true;
    this.holes = false;
    this.index = undefined;
    this.primaries = undefined;
  }

  private takeIn(position: number, other: number): void {
    const [element, same] = [this.items[position], this.items[other]];
    this.store(other, undefined);
    if (isJsonObject(element) && isJsonObject(same)) this.store(position, { ...same, ...element });
  }

  private store(position: number, element: JsonValue | undefined): void {
    if (!this.owned) this.items = [...this.items];
    this.owned = true;
    const previous = this.items[position];
    this.items[position] = element;
    this.holes ||= element === undefined;
    if (this.index !== undefined) {
      if (previous !== undefined) this.unindex(this.identity.keyOf(previous), position);
      if (element !== undefined) addTo(this.index, this.identity.keyOf(element), position);
    }
    if (element !== undefined && isPrimary(element)) this.primaries?.add(position);
    else this.primaries?.delete(position);
  }

  private unindex(key: ElementKey, position: number): void {
    const positions = this.index?.get(key) ?? [];
    this.budget.spend(positions.length);
    this.index?.set(
      key,
      positions.filter((each) => each !== position),
    );
  }

  /** In ascending order. */
  private lookUp(key: ElementKey): number[] {
    this.lookups += 1;
    if (this.index === undefined && this.lookups <= LOOKUPS_BEFORE_INDEX) {
      return this.select((item) => this.identity.keyOf(item) === key);
    }
    this.index ??= this.buildIndex();
    return (this.index.get(key) ?? []).toSorted((a, b) => a - b);
  }

  private buildIndex(): Map<ElementKey, number[]> {
    const index = new Map<ElementKey, number[]>();
    for (const position of this.select(() => true)) {
      addTo(index, this.identity.keyOf(this.items[position] as JsonValue), position);
    }
    return index;
  }

  private listPrimaries(): number[] {
    this.primaries ??= new Set(this.select(isPrimary));
    return [...this.primaries];
  }
}

function addTo(index: Map<ElementKey, number[]>, key: ElementKey, position: number): void {
  const positions = index.get(key);
  if (positions === undefined) index.set(key, [position]);
  else positions.push(position);
}

function isPrimary(element: JsonValue): element is JsonObject {
  return isJsonObject(element) && own(element, 'primary') === true;
}

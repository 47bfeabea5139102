/**
 * The guard before scim2-parse-filter: one pass over the client's text, without backtracking, that refuses whatever the
 * library would read wrongly or for ever, and takes every name and literal out of the text. What is left holds nothing but
 * `p0`, `p1`…, operators, brackets and short quoted numbers.
 */
import { invalidFilter } from '../errors.js';
import { isCompareOperator, type Literal } from './ast.js';
import { isAttributeName } from './attribute-name.js';

export const MAX_CHARACTERS = 4096;
export const MAX_LEVELS = 32;
export const MAX_TERMS = 200;

export interface GuardOptions {
  /** Takes `value eq"x"` too: RFC 7644 section 3.5.2.2 prints it so in a PATCH path. */
  allowUnspacedString?: boolean;
}

export interface GuardedFilter {
  /** Harmless text: `p3` stands for `names[3]`, `"2"` for `literals[2]`. */
  text: string;
  names: readonly { name: string; at: number }[];
  literals: readonly Literal[];
}

/** Guards a filter. Throws `invalidFilter` naming the position, counted from 1, and never the input. */
export function guardFilter(text: string, options: GuardOptions = {}): GuardedFilter {
  return new Guard(text, options).read();
}

/** An open `(` or `[`. */
interface Group {
  closer: ')' | ']';
  /** Index of the opening token, so that it can be rewritten. */
  token: number;
}

const DELIMITERS = new Set([' ', '(', ')', '[', ']', '"']);
const WORDS = new Map<string, Literal>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Guard {
  private readonly source: string;
  private readonly options: GuardOptions;
  private at = 0;
  private readonly tokens: string[] = [];
  private readonly names: { name: string; at: number }[] = [];
  private readonly literals: Literal[] = [];
  private readonly groups: Group[] = [];

  constructor(source: string, options: GuardOptions) {
    this.source = source;
    this.options = options;
  }

  read(): GuardedFilter {
    this.refuseBadCharacters();
    this.readOperand();
    while (this.readClosers()) {
      this.readConjunction();
      this.readOperand();
    }
    return { text: this.tokens.join(' '), names: this.names, literals: this.literals };
  }

  private refuseBadCharacters(): void {
    if (this.source.length > MAX_CHARACTERS) this.refuse(`Longer than ${MAX_CHARACTERS} characters`);
    for (; this.at < this.source.length; this.at += 1) {
      const code = this.source.charCodeAt(this.at);
      if (code < 0x20 || code === 0x7f) this.refuse('Control character');
    }
    this.at = 0;
    if (hasLoneSurrogate(this.source)) this.refuse('Broken Unicode character');
  }

  /** Reads openers and `not` up to and including one term. */
  private readOperand(): void {
    for (;;) {
      this.skipSpaces();
      if (this.peek() === '(') {
        this.open(')');
        continue;
      }
      const start = this.at;
      const name = this.readWord();
      const spaces = this.skipSpaces();
      if (name.toLowerCase() === 'not' && this.peek() === '(') {
        this.tokens.push('not');
        continue;
      }
      this.pushName(name, start);
      if (this.peek() !== '[') {
        this.readOperator(spaces);
        return;
      }
      if (this.groups.some(({ closer }) => closer === ']')) this.refuse('Value filter inside a value filter');
      this.open(']');
    }
  }

  /** Reads `)`, `]` and `].sub op value`. Returns whether there is more to read. */
  private readClosers(): boolean {
    for (;;) {
      const spaces = this.skipSpaces();
      const character = this.peek();
      if (character === '') {
        if (this.groups.length > 0) this.refuse('Group is not closed');
        return false;
      }
      if (character !== ')' && character !== ']') {
        if (spaces === 0) this.refuse('Space expected');
        return true;
      }
      this.close(character);
    }
  }

  private readConjunction(): void {
    const start = this.at;
    const word = this.readWord().toLowerCase();
    if (word !== 'and' && word !== 'or') this.refuse('"and" or "or" expected', start);
    if (this.peek() !== ' ') this.refuse('Space expected');
    this.tokens.push(word);
  }

  private open(closer: ')' | ']'): void {
    if (this.groups.length === MAX_LEVELS) this.refuse(`More than ${MAX_LEVELS} levels`);
    this.groups.push({ closer, token: this.tokens.length });
    this.tokens.push(closer === ')' ? '(' : '[');
    this.at += 1;
  }

  private close(character: ')' | ']'): void {
    const group = this.groups.pop();
    if (group?.closer !== character) this.refuse('Bracket closes no group');
    this.at += 1;
    if (character === ']' && this.peek() === '.') this.readSubAttribute(group);
    this.tokens.push(character);
  }

  /** Entra's `emails[x].value eq "v"` means `emails[(x) and value eq "v"]`. */
  private readSubAttribute(group: Group): void {
    this.tokens[group.token] = '[ (';
    this.tokens.push(')', 'and');
    this.at += 1;
    const start = this.at;
    const name = this.readWord();
    if (/[.:]/.test(name)) this.refuse('Sub-attribute name expected', start);
    this.pushName(name, start);
    this.readOperator(this.skipSpaces());
  }

  private pushName(name: string, start: number): void {
    if (!isAttributeName(name)) this.refuse('Attribute name expected', start);
    this.tokens.push(`p${this.names.length}`);
    this.names.push({ name, at: start + 1 });
    // Counted by names, so that a value filter counts as a term of its own.
    if (this.names.length > MAX_TERMS) this.refuse(`More than ${MAX_TERMS} terms`, start);
  }

  private readOperator(spaces: number): void {
    const start = this.at;
    const operator = this.readWord().toLowerCase();
    if (spaces === 0 || operator === '') this.refuse('Operator expected', start);
    this.tokens.push(operator);
    if (operator === 'pr') return;
    if (!isCompareOperator(operator)) this.refuse('Unknown operator', start);
    const spaced =
      this.skipSpaces() > 0 || (this.options.allowUnspacedString === true && this.peek() === '"');
    if (!spaced) this.refuse('Space and value expected');
    this.tokens.push(`"${this.literals.length}"`);
    this.literals.push(this.peek() === '"' ? this.readString() : this.readBareValue());
  }

  private readString(): string {
    const start = this.at;
    const end = findClosingQuote(this.source, start);
    if (end === -1) this.refuse('String is not closed', start);
    this.at = end + 1;
    const value = parseJson(this.source.slice(start, this.at));
    if (typeof value !== 'string') this.refuse('Bad escape in a string', start);
    if (hasLoneSurrogate(value)) this.refuse('Broken Unicode character in a string', start);
    return value;
  }

  /** A number or one of JSON's three words. */
  private readBareValue(): Literal {
    const start = this.at;
    const word = this.readWord();
    const known = WORDS.get(word);
    if (known !== undefined) return known;
    const value = parseJson(word);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.refuse('Value is no number, true, false, null or string in double quotes', start);
    }
    return value;
  }

  private readWord(): string {
    const start = this.at;
    while (this.at < this.source.length && !DELIMITERS.has(this.peek())) this.at += 1;
    return this.source.slice(start, this.at);
  }

  /** Returns how many spaces were skipped. */
  private skipSpaces(): number {
    const start = this.at;
    while (this.peek() === ' ') this.at += 1;
    return this.at - start;
  }

  /** The next character, or '' at the end. */
  private peek(): string {
    return this.source.charAt(this.at);
  }

  private refuse(what: string, at = this.at): never {
    throw invalidFilter(`${what} at position ${at + 1} of the filter.`);
  }
}

/** Index of the quote that closes the string opened at `start`, or -1. */
function findClosingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return at;
    if (character === '\\') at += 1;
  }
  return -1;
}

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** The parsed text, or undefined when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

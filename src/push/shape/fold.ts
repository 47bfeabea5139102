/** Spellings that count as one: what targets do to texts, and the one text that stands for all of them. */

/**
 * What a target does to values: letter `case`, `accents` and `marks` (spaces, dots, dashes, the plus of a phone number) are
 * lost or changed; `reworded`: changed in a way that no rule explains; `dropped`: not shown at all; `kept`: shown as it was sent,
 * so that its absence means something.
 */
export type EchoKind = 'case' | 'accents' | 'marks' | 'reworded' | 'dropped' | 'kept';

/** Kinds by path, as they are stored. */
export type EchoShape = { readonly [path: string]: readonly EchoKind[] };

/** Gives one text to the spellings that count as the same. */
export type Fold = (text: string) => string;

const FOLDS: Readonly<Partial<Record<EchoKind, Fold>>> = {
  case: (text) => text.toLowerCase(),
  accents: (text) => text.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC'),
  marks: (text) => text.replace(/[^\p{L}\p{N}]/gu, ''),
};

const made = new Map<string, Fold>();

export function foldOf(kinds: readonly EchoKind[]): Fold {
  const key = kinds.join();
  let fold = made.get(key);
  if (fold === undefined) {
    fold = (text) => kinds.reduce((folded, kind) => FOLDS[kind]?.(folded) ?? folded, text);
    made.set(key, fold);
  }
  return fold;
}

/** What was learned about one path. */
export function kindsAt(shape: EchoShape, path: string): readonly EchoKind[] {
  return Object.hasOwn(shape, path) ? (shape[path] ?? []) : [];
}

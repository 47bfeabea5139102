/**
 * Templates: `{name.givenName?} {name.familyName?}`. A placeholder names a source path or an attribute of the same file; a
 * question mark says that it may be missing. `{{` and `}}` stand for the braces themselves.
 */

export interface Placeholder {
  name: string;
  optional: boolean;
  /** Where the name stands in the template, from 0. */
  offset: number;
}

/** The fixed texts and the placeholders between them: always one text more than placeholders. */
export interface Template {
  texts: string[];
  placeholders: Placeholder[];
}

/** A brace without a partner, or an empty placeholder. */
export interface TemplateFault {
  fault: string;
  offset: number;
}

const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** Splits a template once, when the mapping is loaded. */
export function parseTemplate(template: string): Template | TemplateFault {
  const texts: string[] = [];
  const placeholders: Placeholder[] = [];
  let text = '';
  let end = 0;
  for (const match of template.matchAll(TOKEN)) {
    const [token, inside] = match;
    text += template.slice(end, match.index);
    end = match.index + token.length;
    if (token === '{{' || token === '}}') {
      text += token[0];
      continue;
    }
    if (inside === undefined) return { fault: `the brace "${token}" has no partner`, offset: match.index };
    const optional = inside.endsWith('?');
    const name = (optional ? inside.slice(0, -1) : inside).trim();
    if (name === '') return { fault: 'a placeholder is empty', offset: match.index };
    texts.push(text);
    text = '';
    placeholders.push({ name, optional, offset: match.index + 1 });
  }
  texts.push(text + template.slice(end));
  return { texts, placeholders };
}

/**
 * Puts the values of `subject` into the template. Undefined when a value that may not be missing is missing, or when all
 * values are. What a missing value leaves behind is tidied: runs of spaces become one, ends are trimmed.
 */
export function fillTemplate<Subject>(
  { texts, placeholders }: Template,
  subject: Subject,
  read: (index: number, subject: Subject) => string | undefined,
): string | undefined {
  let filled = texts[0] ?? '';
  let missing = 0;
  for (let index = 0; index < placeholders.length; index++) {
    const value = read(index, subject);
    if (value === undefined) {
      if (placeholders[index]?.optional !== true) return undefined;
      missing++;
    }
    filled += (value ?? '') + (texts[index + 1] ?? '');
  }
  if (missing === 0) return filled;
  return missing === placeholders.length ? undefined : filled.replace(/ {2,}/g, ' ').trim();
}

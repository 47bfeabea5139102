/** Shows JSON without what it says of anybody: an allow list, so that an attribute that nobody here knows is not shown either. */

/** Letters of an id, a URN or an address without spaces; an e-mail address is none. */
const ID = /^[\w.:~+=%/-]{1,200}$/;
const WORD = /^\w{1,40}$/;
const COUNT = /^\d{1,10}$/;
const STATUS = /^\d{3}$/;
const BOOLEAN = /^(true|false)$/i;
const INSTANT = /^[\dTZ:.+-]{10,40}$/;

/** What is shown, by name in lower case, and in which form alone. */
const SHOWN: ReadonlyMap<string, RegExp> = new Map([
  ...['schemas', 'id', 'externalid', 'bulkid', '$ref', 'location'].map((name) => [name, ID] as const),
  ...['op', 'method', 'scimtype', 'resourcetype'].map((name) => [name, WORD] as const),
  ...['totalresults', 'startindex', 'itemsperpage', 'failonerrors'].map((name) => [name, COUNT] as const),
  ...['status', 'code'].map((name) => [name, STATUS] as const),
  ...['active', 'primary'].map((name) => [name, BOOLEAN] as const),
  ...['created', 'lastmodified'].map((name) => [name, INSTANT] as const),
  ['type', /^(work|home|other|mobile|fax|pager|user|group|direct|indirect)$/i],
]);

/** A text, cut off or not, and whether it names a member; a brace; anything else that is a value. */
const TOKEN = /"((?:[^"\\]|\\[\s\S]?)*)(?:(")(\s*:)?|$)|[{}]|[^\s"{}[\]:,]+/g;
/** What a path or filter compares with, be it cut off. */
export const LITERAL = /"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)/g;
const LONGEST_NAME = 200;
const NAME = /^[\w$.:/-]{1,200}$/;
const BLANK = '"[…]"';

/** Whether a value says nothing personal. @param name of the attribute, without its container */
export function isShown(name: string, text: string): boolean {
  return SHOWN.get(name.toLowerCase())?.test(text) ?? false;
}

/** The attribute that a path of a PATCH ends at: `active`; `value` of `emails[type eq "work"].value`; none where it ends in a filter. */
export function attributeIn(path: string): string {
  return /\w+$/.exec(path.slice(-LONGEST_NAME))?.[0] ?? '';
}

/** A path or filter without the values that it compares with. */
export function blankLiterals(path: string): string {
  return path.replace(LITERAL, BLANK);
}

/**
 * The same JSON with every value blanked but ids, schemas, operations, paths, codes, counts and flags; what compares in a path is
 * blanked too. Reads text that was cut off as well, in linear time.
 */
export function blankJson(text: string): string {
  const around: { key: string; aim: string }[] = [];
  let key = '';
  // In a PATCH operation the value is that of its path.
  let aim = '';
  const shows = (value: string) => isShown(key === 'value' && aim !== '' ? aim : key, value);
  return text.replace(TOKEN, (token: string, inner?: string, quote?: string, colon?: string) => {
    if (token === '{') {
      around.push({ key, aim });
      aim = '';
      return token;
    }
    if (token === '}') {
      ({ key, aim } = around.pop() ?? { key: '', aim: '' });
      return token;
    }
    if (colon !== undefined) {
      key = inner ?? '';
      return NAME.test(key) ? token : `${BLANK}${colon}`;
    }
    if (inner === undefined) return token === 'null' || shows(token) ? token : BLANK;
    if (quote === undefined) return BLANK;
    const value = decode(inner);
    if (key !== 'path') return shows(value) ? token : BLANK;
    aim = attributeIn(value);
    const path = blankLiterals(value);
    return path.includes('@') ? BLANK : JSON.stringify(path);
  });
}

function decode(inner: string): string {
  try {
    return String(JSON.parse(`"${inner}"`));
  } catch {
    return inner;
  }
}

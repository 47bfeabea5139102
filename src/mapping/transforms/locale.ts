/** Windows language ids (LCID), which Lucca's v3 API gives as `cultureID`, to BCP 47 language tags. */
import lcid from 'lcid';
import { memoize } from '../memo.js';

/** The two names of the Windows list that are no language tags. */
const RENAMED: Readonly<Record<string, string>> = { zh_CHS: 'zh-Hans', zh_CHT: 'zh-Hant' };

/** `1036` → `fr-FR`; undefined for an id that Windows does not know. */
export const toLanguageTag: (lcidCode: number) => string | undefined = memoize((lcidCode) => {
  const name = lcid.from(lcidCode);
  return name === undefined
    ? undefined
    : Intl.getCanonicalLocales(RENAMED[name] ?? name.replaceAll('_', '-'))[0];
});

/** The language of a tag: `fr-CH` → `fr`. */
export function toLanguage(tag: string): string {
  return tag.split('-', 1)[0] ?? tag;
}

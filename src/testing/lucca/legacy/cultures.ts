/** Cultures by Windows LCID, as `culture` names them in v3. */
import type { NamedEntry } from '../company.js';

const names = new Map([
  [1036, 'Français (France)'],
  [4108, 'Français (Suisse)'],
  [2060, 'Français (Belgique)'],
  [3084, 'Français (Canada)'],
  [1033, 'English (United States)'],
  [2057, 'English (United Kingdom)'],
  [5129, 'English (New Zealand)'],
  [1031, 'Deutsch (Deutschland)'],
  [2055, 'Deutsch (Schweiz)'],
  [1034, 'Español (España, alfabetización tradicional)'],
  [3082, 'Español (España)'],
  [1040, 'Italiano (Italia)'],
  [1043, 'Nederlands (Nederland)'],
  [2067, 'Nederlands (België)'],
  [2070, 'Português (Portugal)'],
  [1041, '日本語 (日本)'],
]);

export function findCulture(lcid: number): NamedEntry {
  return { id: lcid, name: names.get(lcid) ?? `LCID ${lcid}` };
}

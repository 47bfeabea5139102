/** Who generated people are: names as HR departments type them, unique e-mails, phones in the forms people use. */
import type { Gender } from '../company.js';
import type { Random } from '../random.js';
import { FRENCH_NAMES, NAMES } from './names.js';
import type { Oddity } from './units.js';

export interface Identity {
  readonly firstName: string;
  readonly lastName: string;
  readonly gender: Gender;
  /** Part of the e-mail before the @, unique in the company. */
  readonly mailbox: string;
}

/** Makes people of one company: remembers the mailboxes it gave away. */
export function createIdentityMaker(random: Random, isOdd: Oddity): (country: string) => Identity {
  const taken = new Map<string, number>();
  return (country) => {
    const names = random.chance(0.75) ? (NAMES[country] ?? FRENCH_NAMES) : FRENCH_NAMES;
    const gender = random.weighted<Gender>([
      ['female', 49],
      ['male', 49],
      ['unknown', 1],
      ['diverse', 1],
    ]);
    const list = gender === 'male' || (gender !== 'female' && random.chance(0.5)) ? names.male : names.female;
    const first = random.pick(list);
    const compound = random.chance(names.compound) ? `${first}-${random.pick(list)}` : first;
    const firstName = isOdd(0.003) ? `${compound} ` : compound;
    const last = random.pick(names.last);
    const joined = random.chance(0.02) ? `${last}-${random.pick(names.last)}` : last;
    // Lucca tenants keep last names as typed, often in capitals.
    const upper = random.chance(0.6) ? joined.toLocaleUpperCase('fr') : joined;
    const lastName = isOdd(0.004) ? upper.normalize('NFD') : upper;

    const wished = `${toMailbox(firstName)}.${toMailbox(joined)}`;
    const count = (taken.get(wished) ?? 0) + 1;
    taken.set(wished, count);
    return { firstName, lastName, gender, mailbox: count === 1 ? wished : `${wished}${count}` };
  };
}

const LIGATURES: Readonly<Record<string, string>> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', đ: 'd', ł: 'l' };

function toMailbox(name: string): string {
  return name
    .toLowerCase()
    .replace(/[œæßøđł]/g, (letter) => LIGATURES[letter] ?? letter)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** A French phone number that is in nobody's hands (01 99 00 xx xx and 06 39 98 xx xx are kept for fiction). */
export function inventPhone(random: Random, kind: 'desk' | 'mobile'): string {
  const tail = String(random.integer(0, 9999)).padStart(4, '0');
  const national = kind === 'desk' ? `019900${tail}` : `063998${tail}`;
  const pairs = national.match(/../g) ?? [];
  return random.weighted<string>([
    [pairs.join(' '), 50],
    [pairs.join('.'), 15],
    [national, 15],
    [`+33 ${national.slice(1, 2)} ${pairs.slice(1).join(' ')}`, 15],
    [`+33(0)${national.slice(1)}`, 4],
    [`poste ${tail}`, 1],
  ]);
}

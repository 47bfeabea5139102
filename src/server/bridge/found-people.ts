/**
 * Looks stored people up and remembers whom it found, so that the write which follows from it can be refused when that has changed: two
 * processes that give one new name to two people at the same moment both find that nobody has it.
 */
import type { PersonRecord } from '../../identity/person.js';
import type { Collection, Found } from '../../store/store.js';

export class FoundPeople {
  readonly #people: Collection<PersonRecord>;
  readonly #found = new Map<string, Found>();

  constructor(people: Collection<PersonRecord>) {
    this.#people = people;
  }

  async find(index: string, key: string): Promise<PersonRecord[]> {
    const people = await this.#people.find(index, key);
    this.#found.set(`${index} ${key}`, { index, key, ids: people.map(({ id }) => id) });
    return people;
  }

  /** What was found, by each key that was asked for. */
  list(): Found[] {
    return [...this.#found.values()];
  }
}

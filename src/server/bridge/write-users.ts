/** What IdPs write about people: their word is kept beside what others say (R9), and answered by the effective user (R29). */
import {
  assertionOf,
  deleteAssertion,
  newPerson,
  patchAssertion,
  putAssertion,
} from '../../identity/assertion.js';
import { findFights, noteWord } from '../../identity/fights.js';
import { jsonEqual } from '../../identity/json-equal.js';
import type { MatchKey } from '../../identity/match-keys.js';
import type { PersonRecord, SourceName } from '../../identity/person.js';
import type { Resolved } from '../../identity/revise.js';
import type { CompiledRules } from '../../identity/rules.js';
import type { JsonObject } from '../../json.js';
import { notFound, uniqueness } from '../../scim/errors.js';
import type { Modification, Replacement, StoredResource } from '../backend.js';
import { assertable, pickAttributes } from './assertable.js';
import type { Audience } from './audience.js';
import { effectiveAttributes, isSpokenOf, textOf, userNameKey } from './effective.js';
import { FoundPeople } from './found-people.js';
import { KeyLocks } from './key-locks.js';
import type { PersonRow } from './person-row.js';
import { fileFindings, UserMatching } from './user-matching.js';
import type { World } from './world.js';

export interface UserWriterOptions {
  world: World;
  rules: CompiledRules;
  matching?: readonly MatchKey[] | undefined;
  newId: () => string;
  /** ISO instant. */
  now: () => string;
}

/** Who writes: an IdP, and how it sees the world. */
export type Writer = Audience & { readonly source: SourceName };

export class UserWriter {
  readonly #world: World;
  readonly #options: UserWriterOptions;
  readonly #matching: UserMatching;
  readonly #locks = new KeyLocks();

  constructor(options: UserWriterOptions) {
    this.#world = options.world;
    this.#options = options;
    this.#matching = new UserMatching(options.world.state, options.matching);
  }

  /** A new person, or the one whom others know already and the IdP joins. */
  create(resource: JsonObject, writer: Writer): Promise<StoredResource> {
    const said = { sourceId: textOf(resource.externalId), attributes: assertable(resource) };
    const claim = { source: writer.source, ...said };
    return this.#locks.run(this.#matching.keys(claim), async () => {
      for (;;) {
        const at = this.#options.now();
        const found = new FoundPeople(this.#world.state.people);
        const known = await this.#matching.find(claim, at, found);
        const person = known ?? newPerson(this.#options.newId(), at);
        const next = noteWord(person, putAssertion(person, writer.source, said, at), { ...claim, at });
        const attributes = this.#foresee(next);
        const before = known && this.#world.people.find(known.id)?.attributes;
        if (before === undefined || userNameKey(before) !== userNameKey(attributes)) {
          await this.#refuseNamesake(next, attributes, found);
        }
        if (await this.#world.storePerson(next, found.list())) {
          await this.#fileFights(next);
          return writer.showUser(this.#find(next.id, writer));
        }
      }
    });
  }

  /** A PUT says all that the IdP says: what it left out of what it said before is withdrawn (R11). */
  replace(id: string, { guard, build }: Replacement, writer: Writer): Promise<StoredResource> {
    return this.#revise(id, writer, (row, shown, at) => {
      guard(shown);
      const given = build(writer.describeUser(row));
      const statement = { sourceId: textOf(given.externalId), attributes: assertable(given) };
      const next = putAssertion(row.record, writer.source, statement, at);
      return noteWord(row.record, next, { source: writer.source, attributes: statement.attributes, at });
    });
  }

  patch(id: string, { guard, apply }: Modification, writer: Writer): Promise<StoredResource> {
    return this.#revise(id, writer, (row, shown, at) => {
      guard(shown);
      const seen = writer.describeUser(row);
      const { resource, touched } = apply(seen);
      if (touched.length === 0) return row.record;
      const said = (state: JsonObject): JsonObject =>
        assertable(pickAttributes(state, touched, this.#world.types.user));
      const sourceId = textOf(resource.externalId);
      const revision = { sourceId, seen: said(seen), result: said(resource), touched };
      const next = patchAssertion(row.record, writer.source, revision, at);
      return noteWord(row.record, next, { source: writer.source, attributes: revision.result, at });
    });
  }

  /** From now on the person does not exist for this IdP (R30). */
  remove(id: string, guard: (current: StoredResource) => void, writer: Writer): Promise<PersonRow> {
    const { source } = writer;
    return this.#change(id, writer, ({ record }, shown, at) => {
      guard(shown);
      const isKnown = assertionOf(record, source) !== undefined;
      const nothing = { sourceId: null, attributes: {} };
      const spoken = isKnown ? record : putAssertion(record, source, nothing, at);
      return deleteAssertion(spoken, source, at);
    });
  }

  async #revise(id: string, writer: Writer, decide: Decision): Promise<StoredResource> {
    return writer.showUser(await this.#change(id, writer, decide));
  }

  /** Decides on what is stored at this moment, and again when somebody else was faster. */
  #change(id: string, writer: Writer, decide: Decision): Promise<PersonRow> {
    return this.#locks.run([`person ${id}`], async () => {
      for (;;) {
        if (!this.#world.isCurrent) await this.#world.catchUp();
        const row = this.#find(id, writer);
        const next = decide(row, writer.showUser(row), this.#options.now());
        if (next === row.record) return row;
        if (await this.#put(next, row, writer.source)) {
          await this.#fileFights(next);
          return row;
        }
      }
    });
  }

  /** What writers fight over is for an admin to decide. */
  async #fileFights(person: PersonRecord): Promise<void> {
    await fileFindings(this.#world.state, findFights(person), this.#options.now());
  }

  /** Stores a changed record; false when it came too late. */
  #put(next: PersonRecord, row: PersonRow, source: SourceName): Promise<boolean> {
    const [before, after] = [assertionOf(row.record, source), assertionOf(next, source)];
    const attributes = this.#foresee(next, row.state);
    const isShownAlike =
      jsonEqual(attributes, row.attributes) &&
      (before?.sourceId ?? null) === after?.sourceId &&
      before?.deletedAt === after?.deletedAt;
    // A word that changes nothing for anybody leaves lastModified alone (RFC 7644 section 3.5.2.1).
    const record = isShownAlike ? { ...next, updatedAt: row.record.updatedAt } : next;
    const name = userNameKey(attributes);
    if (name === undefined || name === userNameKey(row.attributes) || after?.deletedAt !== undefined) {
      return this.#world.storePerson(record, []);
    }
    return this.#locks.run([`userName ${name}`], async () => {
      const found = new FoundPeople(this.#world.state.people);
      await this.#refuseNamesake(next, attributes, found);
      return this.#world.storePerson(record, found.list());
    });
  }

  /** Throws uniqueness when somebody else effectively has the userName. */
  async #refuseNamesake({ id }: PersonRecord, attributes: JsonObject, found: FoundPeople): Promise<void> {
    const name = userNameKey(attributes);
    if (name === undefined) return;
    const { rules, now } = this.#options;
    const namesakes = await found.find('userName', name);
    const isTaken = namesakes.some(
      (other) =>
        other.id !== id &&
        isSpokenOf(other) &&
        userNameKey(effectiveAttributes(other, rules, now())) === name,
    );
    if (isTaken) throw uniqueness('Another User has the same userName.');
  }

  /** The effective user of a record that is about to be stored; `before` is what is known of the person so far. */
  #foresee(person: PersonRecord, before?: Resolved): JsonObject {
    const attributes = effectiveAttributes(person, this.#options.rules, this.#options.now(), before);
    this.#world.people.foresee(person, attributes);
    return attributes;
  }

  #find(id: string, writer: Writer): PersonRow {
    const row = this.#world.people.find(id);
    if (row === undefined || !writer.seesPerson(row)) throw notFound(`User ${id} was not found.`);
    return row;
  }
}

/** What becomes of a person; the record itself when nothing does. */
type Decision = (row: PersonRow, shown: StoredResource, at: string) => PersonRecord;

/** What admins and sign-ins do with people, as one set of operations: for the admin API, the command line and embedders. */
import type { Conflict } from '../identity/conflicts.js';
import type { SourceName } from '../identity/person.js';
import { readClaims, type SignInClaims } from './claims.js';
import { dismiss, listConflicts, settleOwnership, settleWho, unlinkPerson } from './conflict-queue.js';
import type { StewardContext } from './context.js';
import {
  type DisagreementPage,
  type Explanation,
  explainPerson,
  listDisagreements,
  type PersonSummary,
  summarisePerson,
} from './explain.js';
import { findPerson, type SearchKey, searchPeople } from './find.js';
import {
  type HandBack,
  handBackPerson,
  handBackSource,
  type ManualOverride,
  overridePerson,
} from './manual.js';
import { keepSignIn, type SignInOptions, type SignInOutcome } from './sign-in.js';

/** `person` is a bridge id, a Lucca id or a userName wherever it names somebody. */
export interface Steward {
  search(key: SearchKey, value: string): Promise<PersonSummary[]>;
  /** Every value of the effective user with its winner, its rule, since when, and what the others say. */
  explain(person: string): Promise<Explanation>;
  /** Where the sources disagree, page by page. */
  disagreements(page?: { after?: string | undefined; limit?: number | undefined }): Promise<DisagreementPage>;
  /** Sets values by hand that beat every source, with author and expiry. */
  override(person: string, values: ManualOverride): Promise<Explanation>;
  /** Takes back what other sources say, one attribute or all of it, so that Lucca counts again. */
  handBack(person: string, choice?: HandBack): Promise<Explanation>;
  /** The same for everybody about whom a source speaks; resolves to how many people changed. */
  handBackSource(source: SourceName, attributes?: readonly string[]): Promise<number>;
  /** A source's resource is somebody else. */
  unlink(person: string, source: SourceName): Promise<Explanation>;
  conflicts(state?: Conflict['state']): Promise<Conflict[]>;
  /** Settles who somebody is: `person` is the one who is meant. */
  link(conflict: string, decision: { person: string; by: string }): Promise<Conflict>;
  /** Settles a fight or drift: `owner`, a source, has the last word about the value from now on, for that person. */
  settle(conflict: string, decision: { owner: SourceName; by: string }): Promise<Conflict>;
  dismiss(conflict: string, by: string): Promise<Conflict>;
  /** Keeps what a sign-in says; see `Bridge.assert`. */
  assert(source: SourceName, claims: SignInClaims, options?: SignInOptions): Promise<SignInOutcome>;
}

export function createSteward(context: StewardContext): Steward {
  return {
    async search(key, value) {
      const people = await searchPeople(context, key, value);
      return people.map((person) => summarisePerson(person, context));
    },
    explain: async (person) => explainPerson(await findPerson(context, person), context),
    disagreements: (page) => listDisagreements(context, page),
    override: async (person, values) => explainPerson(await overridePerson(context, person, values), context),
    handBack: async (person, choice = {}) =>
      explainPerson(await handBackPerson(context, person, choice), context),
    handBackSource: (source, attributes) => handBackSource(context, source, attributes),
    unlink: async (person, source) => explainPerson(await unlinkPerson(context, person, source), context),
    conflicts: (state) => listConflicts(context, state),
    link: (conflict, decision) => settleWho(context, conflict, decision),
    settle: (conflict, decision) => settleOwnership(context, conflict, decision),
    dismiss: (conflict, by) => dismiss(context, conflict, by),
    assert: async (source, claims, options) => keepSignIn(context, source, readClaims(claims), options),
  };
}

/** Why a person is as they are, and where the sources disagree. */
import { disagreements, explainUser, type Provenance } from '../identity/explain.js';
import type { PersonRecord, SourceName } from '../identity/person.js';
import { createTurns, takeTurns } from '../server/turns.js';
import type { StewardContext } from './context.js';

/** A person in an admin's list: ids and states, no names. */
export interface PersonSummary {
  id: string;
  luccaId: string | null;
  /** Lucca does not know the person (yet). */
  idpOnly: boolean;
  /** Since when a complete reading of Lucca has not shown the person, ISO; null while it does. */
  missingSince: string | null;
  sources: SourceSummary[];
  targets: { target: string; state: string; targetId: string | null; at: string }[];
  createdAt: string;
  updatedAt: string;
}

export interface SourceSummary {
  source: SourceName;
  /** The source's own id for the person. */
  sourceId: string | null;
  /** ISO instant of its last word. */
  at: string;
  deletedAt?: string;
  /** Since when nothing was heard from the source at all (R18). */
  stale?: string;
}

export interface Explanation extends PersonSummary {
  values: Provenance[];
  /** Paths about which a source says something else than what counts. */
  disagreements: string[];
}

/** One value about which the sources disagree. */
export interface Disagreement extends Provenance {
  person: string;
}

export interface DisagreementPage {
  disagreements: Disagreement[];
  /** The last person looked at: where the next page goes on; null after the last one. */
  next: string | null;
}

export function summarisePerson(person: PersonRecord, { silent }: StewardContext): PersonSummary {
  const quiet = silent();
  return {
    id: person.id,
    luccaId: person.lucca?.luccaId ?? null,
    idpOnly: person.lucca === null,
    missingSince: person.lucca?.missingSince ?? null,
    sources: Object.entries(person.assertions).map(([source, { sourceId, at, deletedAt }]) => {
      const stale = quiet.get(source);
      return { source, sourceId, at, ...(deletedAt && { deletedAt }), ...(stale && { stale }) };
    }),
    targets: Object.entries(person.links).map(([target, { state, targetId, at }]) => ({
      target,
      state,
      targetId,
      at,
    })),
    createdAt: person.createdAt,
    updatedAt: person.updatedAt,
  };
}

export function explainPerson(person: PersonRecord, context: StewardContext): Explanation {
  const values = explainUser(person, context.rules, context.now(), context.silent());
  return {
    ...summarisePerson(person, context),
    values,
    disagreements: disagreements(values).map(({ path }) => path),
  };
}

const turns = createTurns();

/**
 * Values about which the sources disagree, people in the order of their ids.
 * @param after the `next` of the page before
 * @param limit people on the page
 */
export async function listDisagreements(
  context: StewardContext,
  { after = '', limit = 100 }: { after?: string | undefined; limit?: number | undefined } = {},
): Promise<DisagreementPage> {
  const { people, rules, now, silent } = context;
  const found: Disagreement[][] = [];
  const [at, quiet, pause] = [now(), silent(), takeTurns(turns)];
  for await (const person of people.list()) {
    await pause();
    if (person.id <= after || !isSpokenTwice(person)) continue;
    const values = disagreements(explainUser(person, rules, at, quiet));
    if (values.length > 0) found.push(values.map((value) => ({ person: person.id, ...value })));
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1)?.[0]?.person : undefined;
  return { disagreements: page.flat(), next: last ?? null };
}

function isSpokenTwice({ assertions }: PersonRecord): boolean {
  return Object.keys(assertions).length > 1;
}

/** The first half of a run: a reading of Lucca brought together with what is stored, and what is learnt from it kept. */

import type { JsonObject } from '../json.js';
import type { Directory } from '../lucca/directory.js';
import type { DesiredGroup } from '../push/plan/input.js';
import { groupRecordsOf } from '../server/bridge/lucca-groups.js';
import { isInTime } from '../store/in-time.js';
import { readById } from '../store/read-all.js';
import { fileFindings, findDoubles } from './findings.js';
import { readIdpGroups } from './idp-only.js';
import { instantOf } from './instant.js';
import { countFields, findLostFields } from './lost-fields.js';
import { openRecordBook } from './record-book.js';
import type { RunContext, RunOptions } from './run-context.js';
import type { TenantState } from './state.js';
import { readLucca, type Survey, survey } from './survey.js';
import type { Books } from './target-run.js';

/** Lucca as it was read, and for which instant. */
export interface Seen {
  at: string;
  directory: Directory;
}

export interface Looked {
  found: Survey;
  books: Books;
  /** What Lucca said earlier, by bridge id, of people of whom it says something else now. */
  earlier: ReadonlyMap<string, JsonObject>;
  /** Groups that IdPs wrote, where a target is to have them. */
  idpGroups: readonly DesiredGroup[];
}

const LAST = 'last';

export async function read(context: RunContext, options: RunOptions): Promise<Seen> {
  const at = instantOf(options.at, context.clock);
  const { config, mapping } = context;
  return { at, directory: await readLucca(config, mapping, { ...context, signal: options.signal }) };
}

/** Brings a reading together with what is stored at this moment. */
export async function lookAt(
  { at, directory }: Seen,
  { config, mapping, state, targets }: RunContext,
): Promise<Looked> {
  const books = await openBooks(state);
  const last = await state.readings.get(LAST);
  const emptied: readonly string[] = config.lucca.emptied;
  const lostFields = findLostFields(last?.fields ?? {}, countFields(directory.people)).filter(
    (field) => !emptied.includes(field),
  );
  const found = survey(directory, mapping, { people: books.people, lostFields }, at);
  const earlier = new Map<string, JsonObject>();
  for (const { id } of found.changed) {
    const before = books.people.get(id)?.assertions.lucca?.attributes;
    if (before !== undefined) earlier.set(id, before);
  }
  const isAsked = targets.some((target) => target.config.idpOnly === 'push');
  const idpGroups = isAsked ? await readIdpGroups(state.idpGroups, books.people) : [];
  return { found, books, earlier, idpGroups };
}

async function openBooks({ people, groups }: TenantState): Promise<Books> {
  return { people: await openRecordBook(people), groups: await openRecordBook(groups) };
}

/** Looks at a reading and keeps what it says; looks again when somebody wrote about the same people at the same moment. */
export async function learn(seen: Seen, context: RunContext): Promise<Looked> {
  for (;;) {
    const looked = await lookAt(seen, context);
    if (await isInTime(() => remember(context, looked))) return looked;
  }
}

/** Keeps what was learnt of the people and groups, what needs a decision, and what a trusted reading showed. */
async function remember({ state, rules }: RunContext, { found, books }: Looked): Promise<void> {
  await books.people.put(found.changed);
  await rememberGroups(state.luccaGroups, found);
  await fileFindings(
    state.conflicts,
    [...found.findings, ...(await findDoubles(books.people, rules, found.at))],
    found.at,
  );
  if (!found.trusted) return;
  const last = await state.readings.get(LAST);
  const { fields } = found;
  await state.readings.put([{ id: LAST, version: last?.version ?? 0, at: found.at, fields }]);
}

/** The groups of the reading, for the endpoint. */
async function rememberGroups(
  groups: TenantState['luccaGroups'],
  { translation, trusted }: Survey,
): Promise<void> {
  const stored = await readById(groups);
  const { changed, gone } = groupRecordsOf(translation, stored, { complete: trusted });
  await groups.put(changed);
  await groups.delete(gone);
}

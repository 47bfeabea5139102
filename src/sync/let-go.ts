/** Keeps since when accounts and groups of a target have been let go, where the options say that they are deleted some day. */
import type { GroupRecord, PersonRecord } from '../identity/person.js';
import { type Wants, withUnwanted } from '../push/plan/deletion.js';
import { createUserShaper } from '../push/shape/user-body.js';
import type { RecordBook } from './record-book.js';
import type { Books, PlannedTarget } from './target-run.js';

/** After a run has done what it could. @param at the present instant, ISO */
export async function keepLetGo(
  { target, capabilities, wants }: PlannedTarget,
  books: Books,
  at: string,
): Promise<void> {
  const takesActive = createUserShaper(target.profile, capabilities).takes('active');
  const settings = { at, takesActive };
  await Promise.all([
    keep(books.people, target.name, wants.people, settings),
    keep(books.groups, target.name, wants.groups, settings),
  ]);
}

async function keep<T extends PersonRecord | GroupRecord>(
  book: RecordBook<T>,
  target: string,
  wants: Wants,
  settings: { at: string; takesActive: boolean },
): Promise<void> {
  const revise = (record: T): T => {
    const link = record.links[target];
    const revised = link && withUnwanted(link, record.id, wants, settings);
    return revised === link ? record : { ...record, links: { ...record.links, [target]: revised } };
  };
  const changed = [...book.values()].filter((record) => revise(record) !== record);
  await Promise.all(
    changed.map((found) =>
      book.update(found.id, (current) => (current === undefined ? found : revise(current))),
    ),
  );
}

/** What is kept with the links after a run beside its writes: since when they are let go, and no trouble that is over. */
import type { GroupLink, GroupRecord, Link, PersonRecord } from '../identity/person.js';
import { type Wants, withUnwanted } from '../push/plan/deletion.js';
import { concernedBy, withoutOldTrouble } from '../push/plan/old-trouble.js';
import { createUserShaper } from '../push/shape/user-body.js';
import type { RecordBook } from './record-book.js';
import type { Books, PlannedTarget } from './target-run.js';

/** After a run has done what it could. @param at the present instant, ISO */
export async function keepLinks(
  { target, capabilities, plan, wants }: PlannedTarget,
  books: Books,
  at: string,
): Promise<void> {
  const takesActive = createUserShaper(target.profile, capabilities).takes('active');
  const concerned = concernedBy(plan);
  const reviseBy =
    (wants: Wants) =>
    <L extends Link | GroupLink>(link: L, id: string): L =>
      withUnwanted(withoutOldTrouble(link, id, concerned), id, wants, { at, takesActive });
  await Promise.all([
    keep(books.people, target.name, reviseBy(wants.people)),
    keep(books.groups, target.name, reviseBy(wants.groups)),
  ]);
}

async function keep<T extends PersonRecord | GroupRecord>(
  book: RecordBook<T>,
  target: string,
  reviseLink: <L extends Link | GroupLink>(link: L, id: string) => L,
): Promise<void> {
  const revise = (record: T): T => {
    const link = record.links[target];
    const revised = link && reviseLink(link, record.id);
    return revised === link ? record : { ...record, links: { ...record.links, [target]: revised } };
  };
  const changed = [...book.values()].filter((record) => revise(record) !== record);
  await Promise.all(
    changed.map((found) =>
      book.update(found.id, (current) => (current === undefined ? found : revise(current))),
    ),
  );
}

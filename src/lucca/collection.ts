/** Reads one collection of Lucca to its end, row by row, and certifies it (R4). */
import type { Issue, IssueSubject } from '../errors.js';
import type { JsonObject } from '../json.js';
import { certify, incompleteIssue, type Observation } from './certificate.js';
import type { CollectionCertificate } from './directory.js';
import { LuccaError, type LuccaFault } from './errors.js';
import type { Parsed } from './record.js';
import type { Session } from './session.js';

export interface Page {
  rows: readonly unknown[];
  /** The total that this page declares; null when it declares none. */
  declared: number | null;
  /** v5 `embedded`: type → id → resource. */
  embedded: JsonObject;
}

/** How a page chain ended: `closed` when Lucca said or proved that nothing follows. */
export interface ChainEnd {
  closed: boolean;
  faults: readonly string[];
}

export type PageChain = AsyncGenerator<Page, ChainEnd>;

export interface CollectionSpec<T> {
  name: string;
  /** What one row is, for issues. */
  kind: IssueSubject['kind'];
  pages(): PageChain;
  read(row: unknown, page: Page): Parsed<T>;
  /** A second, cheap look at the total after the last page; null when Lucca declares none. */
  recount?: (() => Promise<number | null>) | undefined;
  /** A living company has some: nothing at all is hidden, not empty. */
  neverEmpty?: boolean;
  /** Which faults of the first page end the whole reading; none when left out. */
  endsReading?: (fault: LuccaError) => boolean;
  /** A chain that asks again by itself for what is missing: never read a second time as a whole. */
  once?: boolean;
}

export interface CollectionReading<T> {
  items: Map<string, T>;
  certificate: CollectionCertificate;
  issues: Issue[];
}

/** Faults that a second reading would only meet again. */
export const FINAL: ReadonlySet<LuccaFault> = new Set(['right', 'route', 'credentials', 'host', 'request']);
/** After so many pages in a row without a new row, paging is not followed at all. */
const STALE_PAGES = 2;
/** A second reading is worth its requests as long as it takes no longer than this many minutes of quota. */
const PATIENCE_MINUTES = 5;

/**
 * Reads a collection. When the certificate fails, reads it once more if the quota permits, and keeps the better reading.
 * A failure of Lucca in the middle keeps what came before it: `complete` is false and the faults say why.
 * @throws LuccaError only when the first page fails with a fault that ends the whole reading
 */
export async function readCollection<T>(
  session: Session,
  spec: CollectionSpec<T>,
): Promise<CollectionReading<T>> {
  const first = await readOnce(session, spec);
  if (first.error !== null && first.pages === 0 && spec.endsReading?.(first.error)) throw first.error;
  const again = first.worthRepeating && first.pages <= PATIENCE_MINUTES * session.ledger.allowance;
  const reading = again ? better(first, await readOnce(session, spec)) : first;
  const { certificate, issues, error } = reading;
  if (!certificate.complete) issues.push(incompleteIssue(certificate, error ?? undefined));
  return reading;
}

interface Attempt<T> extends CollectionReading<T> {
  pages: number;
  /** What ended the reading early. */
  error: LuccaError | null;
  worthRepeating: boolean;
}

async function readOnce<T>(session: Session, spec: CollectionSpec<T>): Promise<Attempt<T>> {
  const items = new Map<string, T>();
  const seen = new Set<string>();
  const issues: Issue[] = [];
  const found: Observation = {
    name: spec.name,
    declared: null,
    lastDeclared: null,
    rows: 0,
    distinct: 0,
    invalid: 0,
    chainClosed: false,
    secondCount: null,
    faults: [],
    neverEmpty: spec.neverEmpty === true,
  };
  const label = `reading ${spec.name.replaceAll('-', ' ')}`;
  let pages = 0;
  let stale = 0;
  let error: LuccaError | null = null;

  const take = (row: unknown, page: Page) => {
    found.rows += 1;
    const parsed = spec.read(row, page);
    const key = parsed.id ?? `row ${found.rows}`;
    seen.add(key);
    if (parsed.ok) {
      items.set(key, parsed.value);
    } else {
      found.invalid += 1;
      issues.push(invalidRecord(spec, key, parsed.problem));
    }
  };

  try {
    const chain = spec.pages();
    for (let step = await chain.next(); ; step = await chain.next()) {
      if (step.done === true) {
        found.chainClosed = step.value.closed;
        found.faults = step.value.faults;
        break;
      }
      const page = step.value;
      if (pages === 0) found.declared = page.declared;
      found.lastDeclared = page.declared;
      pages += 1;
      const before = seen.size;
      for (const row of page.rows) take(row, page);
      session.onProgress({ step: 'read', label, done: found.rows, total: page.declared });
      stale = page.rows.length > 0 && seen.size === before ? stale + 1 : 0;
      if (stale === STALE_PAGES) {
        found.faults = ['the same page came again: paging is not followed'];
        break;
      }
    }
    found.secondCount = (await spec.recount?.()) ?? null;
  } catch (cause) {
    if (!(cause instanceof LuccaError)) throw cause;
    error = cause;
    found.faults = [...found.faults, cause.message];
  }

  found.distinct = seen.size;
  const certificate = certify(found);
  const refused = error !== null && FINAL.has(error.fault);
  return {
    items,
    certificate,
    issues,
    pages,
    error,
    worthRepeating: !certificate.complete && !refused && spec.once !== true,
  };
}

/** A complete reading, else the one that saw more; on a tie the newer one. */
function better<T>(first: Attempt<T>, second: Attempt<T>): Attempt<T> {
  if (second.certificate.complete) return second;
  return first.certificate.distinct > second.certificate.distinct ? first : second;
}

function invalidRecord<T>(spec: CollectionSpec<T>, key: string, problem: string): Issue {
  return {
    code: 'LUCCA_RECORD_INVALID',
    severity: 'error',
    subject: { kind: spec.kind, id: key },
    message: `A record of ${spec.name} was left out: ${problem}.`,
    remedy: 'Correct the field in Lucca; if it looks right there, report this message.',
  };
}

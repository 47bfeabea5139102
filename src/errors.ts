/**
 * The one error base of the bridge. `code` is stable and upper-case with underscores (`LUCCA_KEY_REFUSED`), the message
 * says what happened and to whom, `remedy` says how to mend it. Neither may hold a secret or personal data.
 */
export class BridgeError extends Error {
  readonly code: string;
  readonly remedy: string;
  /** Exit code of the command line when this error ends a command: 2 wrong usage or configuration, 3 refused by a guard, 1 anything else. */
  readonly exitCode: 1 | 2 | 3;

  constructor(
    code: string,
    message: string,
    options: { remedy: string; exitCode?: 1 | 2 | 3; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.remedy = options.remedy;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** What a finding is about, by id only: names and e-mails stay out of logs (R34). */
export interface IssueSubject {
  kind:
    | 'person'
    | 'department'
    | 'cost-center'
    | 'establishment'
    | 'legal-entity'
    | 'contract'
    | 'group'
    | 'collection'
    | 'target';
  id: string;
}

/** One thing that went wrong, or is worth knowing, about one record; it never stops the others (R7). */
export interface Issue {
  code: string;
  /** `error`: the record was left out or not written; `warning`: done, with a loss; `info`: as intended, worth knowing. */
  severity: 'error' | 'warning' | 'info';
  subject: IssueSubject;
  message: string;
  remedy: string;
}

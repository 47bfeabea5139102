/** The findings of a translation: stable codes, each with its severity, its sentence and its remedy. Ids only, no names. */
import type { Issue, IssueSubject } from '../errors.js';

interface Finding {
  severity: Issue['severity'];
  /** What follows the subject: `Person 12 …`. `{}` stands for the detail. */
  says: string;
  remedy: string;
}

const IN_LUCCA = 'in the Lucca employee record';

const FINDINGS = {
  TRANSLATION_FAILED: {
    severity: 'error',
    says: 'could not be translated: {}.',
    remedy: `Look at the fields of the person ${IN_LUCCA}; the person keeps the last good state until then.`,
  },
  MISSING_EMAIL: {
    severity: 'error',
    says: 'has no work e-mail, and so no userName.',
    remedy: `Enter the work e-mail ${IN_LUCCA}, or map userName from another field.`,
  },
  MISSING_USERNAME: {
    severity: 'error',
    says: 'gets no userName from the mapping.',
    remedy: `Fill the fields that users.userName reads ${IN_LUCCA}, or map it from another field.`,
  },
  MISSING_FIRST_NAME: {
    severity: 'warning',
    says: 'has no first name.',
    remedy: `Enter the first name ${IN_LUCCA}; many targets refuse a person without one.`,
  },
  MISSING_LAST_NAME: {
    severity: 'warning',
    says: 'has no last name.',
    remedy: `Enter the last name ${IN_LUCCA}; many targets refuse a person without one.`,
  },
  MISSING_START_DATE: {
    severity: 'warning',
    says: 'has no contract start date.',
    remedy: `Enter the contract start ${IN_LUCCA}; for a cancelled hire there is nothing to do.`,
  },
  STATUS_DISAGREES_WITH_DATES: {
    severity: 'warning',
    says: 'is {} by the contract dates that were read; the status decides.',
    remedy: 'Check the contracts in Lucca, and that the credentials may read all of them.',
  },
  INVALID_CONTRACT_DATE: {
    severity: 'warning',
    says: 'has a contract {} that is no date; it was left out.',
    remedy: `Correct the contract dates ${IN_LUCCA}.`,
  },
  DUPLICATE_EMAIL: {
    severity: 'error',
    says: 'has the same work e-mail as {}.',
    remedy: 'Give every person an address of their own in Lucca: a target takes each userName once.',
  },
  DUPLICATE_USERNAME: {
    severity: 'error',
    says: 'gets the same userName as {}.',
    remedy: 'Change the field in Lucca or the mapping of users.userName: a target takes each userName once.',
  },
  DUPLICATE_EMPLOYEE_NUMBER: {
    severity: 'info',
    says: 'has the same employee number as {}.',
    remedy:
      'Lucca keeps employee numbers unique within one establishment only: do not match people on them alone.',
  },
  MANAGER_NOT_FOUND: {
    severity: 'warning',
    says: 'has the manager {}, who is not in the directory; no manager was written.',
    remedy: 'Give the Lucca credentials the right to see the manager, or choose another manager.',
  },
  MANAGER_LEFT: {
    severity: 'warning',
    says: 'has the manager {}, who has left; no manager was written.',
    remedy: `Choose another manager ${IN_LUCCA}.`,
  },
  MANAGER_CYCLE: {
    severity: 'warning',
    says: 'is in a circle of managers: {}. The links were written as they are.',
    remedy: 'Take one manager of the circle out in Lucca; approvals would go round for ever.',
  },
  UNKNOWN_DEPARTMENT: {
    severity: 'warning',
    says: 'is in the department {}, which was not read.',
    remedy: 'Give the Lucca credentials the right to read every department.',
  },
  ARCHIVED_DEPARTMENT: {
    severity: 'info',
    says: 'is in the archived department {}.',
    remedy: `Choose a department in use ${IN_LUCCA}.`,
  },
  UNKNOWN_COST_CENTER: {
    severity: 'warning',
    says: 'is on the cost centre {}, which was not read.',
    remedy: 'Give the Lucca credentials the right to read every axis section, inactive ones included.',
  },
  EXPIRED_COST_CENTER: {
    severity: 'warning',
    says: 'is on the cost centre {}, which is inactive or out of its dates.',
    remedy: `Choose a cost centre in use ${IN_LUCCA}.`,
  },
  UNKNOWN_ESTABLISHMENT: {
    severity: 'warning',
    says: 'is in the establishment {}, which was not read.',
    remedy: 'Give the Lucca credentials the right to read every establishment.',
  },
  UNKNOWN_LEGAL_ENTITY: {
    severity: 'warning',
    says: 'is in the legal entity {}, which was not read.',
    remedy: 'Give the Lucca credentials the right to read every legal entity.',
  },
  UNKNOWN_TIME_ZONE: {
    severity: 'warning',
    says: 'has a time zone that is no IANA zone; dates there follow {}.',
    remedy: 'Choose the time zone of the establishment in Lucca.',
  },
  PHONE_IS_MISSING_OR_INVALID: {
    severity: 'warning',
    says: 'has a phone number that is not valid; {} was left out.',
    remedy: `Write the number with its country, such as +33 1 23 45 67 89, ${IN_LUCCA}.`,
  },
  UNKNOWN_LOCALE: {
    severity: 'warning',
    says: 'has an unknown culture; {} was left out.',
    remedy: `Choose the language ${IN_LUCCA}.`,
  },
  TRANSFORM_FAILED: {
    severity: 'warning',
    says: 'has a value that a transform cannot read; {} was left out.',
    remedy: 'Correct the field in Lucca, or the transforms of that line of the mapping.',
  },
  EXPRESSION_FAILED: {
    severity: 'warning',
    says: 'makes the expression of {} fail; the attribute was left out.',
    remedy: 'Guard the expression against missing values, for instance with a test for null.',
  },
  VALUE_NOT_IN_TABLE: {
    severity: 'info',
    says: 'has a value that the lookup table of {} does not list; the attribute was left out.',
    remedy: 'Add the value or a default to the lookup table in the mapping.',
  },
  VALUE_HAS_WRONG_TYPE: {
    severity: 'warning',
    says: 'has a value that {} cannot hold; it was left out.',
    remedy: 'Map another field, or bring the value to the right form with a lookup or an expression.',
  },
  MISSING_GROUP_NAME: {
    severity: 'warning',
    says: 'gets no name from the mapping; it was named {}.',
    remedy: 'Fill the fields that groups.….displayName reads in Lucca, or map it from other fields.',
  },
  GROUP_MANAGER_NOT_FOUND: {
    severity: 'info',
    says: 'is headed by {}, who is not in the directory or has left; no manager was written.',
    remedy: 'Choose another head of the unit in Lucca.',
  },
  DUPLICATE_GROUP_NAME: {
    severity: 'info',
    says: 'has the same name as {}.',
    remedy: 'Where a target wants unique names, use department.path or a template in groups.….displayName.',
  },
} satisfies Record<string, Finding>;

export type FindingCode = keyof typeof FINDINGS;

/** Builds the Issue of a finding. `detail` fills the sentence's gap; `severity` replaces the usual one. */
export function finding(
  code: FindingCode,
  subject: IssueSubject,
  detail = '',
  severity?: Issue['severity'],
): Issue {
  const { says, remedy, severity: usual } = FINDINGS[code];
  const who = `${subject.kind[0]?.toUpperCase()}${subject.kind.slice(1).replaceAll('-', ' ')} ${subject.id}`;
  return {
    code,
    severity: severity ?? usual,
    subject,
    message: `${who} ${says.replace('{}', () => detail)}`,
    remedy,
  };
}

/** Reads a company from YAML or JSON: what is left out takes its plainest value, what points nowhere is refused. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { BridgeError } from '../../errors.js';
import type { JsonValue } from '../../json.js';
import type { Company } from './company.js';
import { findBrokenReferences } from './company-check.js';

const id = z.number().int().positive();
const optionalId = id.nullable().default(null);
const optionalText = z.string().nullable().default(null);
const date = z.iso.date();
const optionalDate = date.nullable().default(null);
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

const position = z.strictObject({
  id,
  startsOn: date,
  establishmentId: id,
  departmentId: id.nullable(),
  managerId: optionalId,
  jobTitle: optionalText,
  jobQualificationId: optionalId,
  occupationCategoryId: optionalId,
});

const employment = z.strictObject({
  id,
  contractTypeId: id,
  start: date,
  end: optionalDate,
  positions: z.array(position).min(1),
});

const person = z.strictObject({
  id,
  note: optionalText,
  remoteId: optionalText,
  firstName: z.string().min(1),
  lastName: z.string().min(1),
  login: optionalText,
  mail: optionalText,
  employeeNumber: optionalText,
  gender: z.enum(['unknown', 'male', 'female', 'diverse']).default('unknown'),
  birthDate: optionalDate,
  nationality: z.string().length(2).nullable().default(null),
  directLine: optionalText,
  professionalMobile: optionalText,
  personalMobile: optionalText,
  personalEmail: optionalText,
  cultureId: z.number().int().default(1036),
  roleId: id.default(1),
  sections: z.record(z.string(), id).default({}),
  custom: z.record(z.string(), z.json() as z.ZodType<JsonValue>).default({}),
  employments: z.array(employment).min(1),
  createdAt: instant.default('2024-01-15T09:00:00.000Z'),
  modifiedAt: instant.default('2026-09-01T07:30:00.000Z'),
});

const named = z.strictObject({ id, name: z.string().min(1) });

const companySchema = z.strictObject({
  account: z.string().min(1),
  at: instant,
  costCenterAxisId: id,
  legalEntities: z.array(
    named.extend({ code: optionalText, country: z.string().length(2), archived: z.boolean().default(false) }),
  ),
  establishments: z.array(
    named.extend({
      code: optionalText,
      legalEntityId: id,
      timeZone: optionalText,
      city: optionalText,
      archived: z.boolean().default(false),
    }),
  ),
  departments: z.array(
    named.extend({
      code: optionalText,
      parentId: optionalId,
      headId: optionalId,
      archived: z.boolean().default(false),
    }),
  ),
  axes: z.array(named.extend({ active: z.boolean().default(true), onEmployee: z.boolean().default(true) })),
  sections: z.array(
    named.extend({
      axisId: id,
      code: optionalText,
      ownerId: optionalId,
      parentIds: z.array(id).default([]),
      startsOn: optionalDate,
      endsOn: optionalDate,
      active: z.boolean().default(true),
    }),
  ),
  contractTypes: z.array(
    named.extend({
      term: z.enum(['permanent', 'fixed']),
      audience: z.string().default('employee'),
      legalEntityIds: z.array(id).default([]),
    }),
  ),
  professions: z.array(named).default([]),
  jobQualifications: z.array(named.extend({ professionId: id, rank: z.number().int().min(1) })).default([]),
  occupationCategories: z.array(named).default([]),
  roles: z.array(named).default([{ id: 1, name: 'Employee' }]),
  customFields: z
    .array(
      z.strictObject({
        id: z.string().startsWith('e_'),
        name: z.string().min(1),
        kind: z.enum(['text', 'boolean', 'integer', 'decimal', 'date', 'list', 'employee', 'composite']),
        multiple: z.boolean().default(false),
        section: z.string().min(1),
        entries: z.array(named).default([]),
        parts: z.array(z.string()).default([]),
        legacyShape: z.enum(['wrapped', 'bare']).nullable().default(null),
      }),
    )
    .default([]),
  people: z.array(person),
});

/**
 * Reads a company file, such as `fixtures/directories/acme.yaml`.
 * Throws a BridgeError `SIMULATED_COMPANY_INVALID` that names the places to mend.
 */
export function loadCompany(file: string | URL): Company {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const text = readFileSync(path, 'utf8');
  return parseCompany(path.endsWith('.json') ? JSON.parse(text) : parse(text));
}

/** Checks a company that was parsed from JSON or YAML and fills in what it leaves out. */
export function parseCompany(input: unknown): Company {
  const parsed = companySchema.safeParse(input);
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const faults = findBrokenReferences(parsed.data);
  if (faults.length > 0) throw invalid(faults);
  return parsed.data;
}

function invalid(faults: readonly string[]): BridgeError {
  const shown = faults.slice(0, 10).join('; ');
  const more = faults.length > 10 ? ` and ${faults.length - 10} more` : '';
  return new BridgeError('SIMULATED_COMPANY_INVALID', `The company cannot be simulated: ${shown}${more}.`, {
    remedy: 'Mend these entries of the company file; fixtures/directories/acme.yaml shows every field.',
    exitCode: 2,
  });
}

/** The hand-made company of about thirty people that ships with the package: one person or unit per quirk. */
export function acmeCompany(): Company {
  return loadCompany(new URL('../../../fixtures/directories/acme.yaml', import.meta.url));
}

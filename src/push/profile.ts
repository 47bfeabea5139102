/**
 * What is special about a target, as data (`mappings/targets/*.yaml`): the next target needs a file, not code.
 * Every setting has a default, so a profile says only where its target differs; `mappings/targets/generic.yaml` explains them.
 */
import { z } from 'zod';
import { isDateForm } from '../mapping/transforms/date.js';
import { ENTERPRISE_USER } from '../scim/schema.js';

const name = z.string().min(1);
const count = z.number().int().min(1);
/** An attribute as people write it: `title`, `name.familyName`, `urn:…:User:costCenter`. */
const path = name;

/** When an attribute is written. */
export const ATTRIBUTE_MODES = ['always', 'on-create-only', 'never'] as const;

const auth = z.strictObject({
  header: name.default('authorization'),
  scheme: z.string().default('Bearer').describe('Word before the secret; empty to send the secret alone.'),
});

const update = z.strictObject({
  verb: z.enum(['patch', 'put']).default('patch'),
  style: z.enum(['op-per-path', 'one-object']).default('op-per-path'),
  multiValued: z
    .enum(['replace', 'value-path'])
    .default('replace')
    .describe('Whole attribute, or `phoneNumbers[type eq "work"].value` where only a value changed.'),
  put: z
    .enum(['merge', 'full'])
    .default('merge')
    .describe(
      'merge reads the resource first and keeps what is not ours; full sends our attributes only, and reads first as well unless sso is off.',
    ),
});

const manager = z.strictObject({
  by: z.enum(['id', 'externalId', 'email', 'employeeNumber', 'omit']).default('id'),
  as: z
    .enum(['value', 'managerId', 'string'])
    .default('value')
    .describe('{value: x}, {managerId: x} or the bare string.'),
  pass: z.enum(['with-person', 'second']).default('with-person'),
  at: path.default(`${ENTERPRISE_USER}:manager`).describe('Where the manager stands in a body.'),
});

const groups = z.strictObject({
  enabled: z
    .enum(['auto', 'if-listed', 'on', 'off'])
    .default('auto')
    .describe('auto: as ResourceTypes says, on when it is silent; if-listed: only when it lists them.'),
  members: z
    .enum(['patch', 'put'])
    .default('patch')
    .describe(
      'patch: differences; put: the group as it is there, with its members changed. Without PATCH, put anyway.',
    ),
  removal: z
    .enum(['path', 'value'])
    .default('path')
    .describe('With PATCH: `members[value eq "x"]`, or `members` with those to remove as its value.'),
  memberBatch: count.default(100),
  adoptBy: z.array(z.enum(['externalId', 'displayName'])).default(['externalId']),
  release: z
    .enum(['keep', 'empty', 'delete'])
    .default('empty')
    .describe('What happens to a group that is no longer wanted; delete empties it first.'),
});

const paging = z.strictObject({
  method: z.enum(['auto', 'index', 'cursor', 'none']).default('auto'),
  pageSize: count.default(100),
});

const filters = z.strictObject({
  externalId: path.default('externalId'),
  userName: path.default('userName'),
  emails: path.default('emails.value'),
  displayName: path.default('displayName'),
});

const attributes = z.strictObject({
  required: z.array(path).default(['userName']),
  drop: z.array(path).default([]).describe('Never sent.'),
  modes: z
    .record(path, z.enum(ATTRIBUTE_MODES))
    .default({})
    .describe('always, on-create-only (written when the account is made, then left alone) or never.'),
  only: z.array(path).optional().describe('When given, nothing else is sent.'),
  types: z
    .record(name, z.array(name))
    .default({})
    .describe('Which types of a multi-valued attribute are sent; all when it is not named.'),
  maxValues: z
    .record(name, count)
    .default({})
    .describe('Values that a multi-valued attribute may have; the primary one stays.'),
  maxLength: z.record(path, count).default({}),
  shorten: z
    .array(path)
    .default([])
    .describe('Cut to maxLength, with letters that tell people apart; others leave the person out.'),
  unique: z
    .array(z.enum(['userName', 'emails']))
    .default(['userName'])
    .describe('What no two accounts may share; people who exchange it are moved one after the other.'),
  refused: z.record(z.string(), z.string()).default({}).describe('Characters refused, by attribute or "*".'),
});

const detail = z.strictObject({
  send: z.boolean().default(true).describe('One word turns the detail on or off.'),
  to: path.describe("The target's attribute."),
  from: path
    .optional()
    .describe('Attribute of ours that fills it, also `list[sub eq "x"].sub`; the same one when left out.'),
  constant: z.string().optional().describe('The same for everybody, instead of an attribute of ours.'),
  insteadOf: path
    .optional()
    .describe('Only where the attribute says the same as this one; what anybody else wrote there passes.'),
  language: z.boolean().default(false).describe('Of a language tag the language alone: fr-CA becomes fr.'),
  values: z.record(z.string(), z.string()).optional().describe('Table; a value that it lacks is not sent.'),
  known: z
    .union([z.array(name), z.literal('any')])
    .default('any')
    .describe('The names that the target is known to have; others are not sent, and stay as they are (R27).'),
  date: z
    .string()
    .refine(isDateForm, 'YYYY, MM and DD, each once')
    .optional()
    .describe('Form of a date, as in YYYY/MM/DD.'),
  list: z.boolean().default(false).describe('Sent as [{value: x}].'),
});

const rate = z.strictObject({
  requests: count,
  seconds: count,
  burst: count.optional(),
  methods: z.array(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])).optional(),
  path: z
    .string()
    .startsWith('/')
    .optional()
    .describe('Beginning of the path: /Users, or /Users/ for single ones.'),
});

export const profileSchema = z.strictObject({
  name,
  title: name,
  auth: auth.prefault({}),
  headers: z.record(name, z.string()).default({}),
  mediaType: z.enum(['application/scim+json', 'application/json']).default('application/scim+json'),
  update: update.prefault({}),
  bulk: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('auto: writes travel together where ServiceProviderConfig says that Bulk is supported.'),
  manager: manager.prefault({}),
  groups: groups.prefault({}),
  paging: paging.prefault({}),
  lists: z
    .enum(['full', 'partial'])
    .default('full')
    .describe('partial: a list shows less than a single read.'),
  lookup: z.array(z.enum(['externalId', 'userName', 'emails'])).default(['externalId', 'userName', 'emails']),
  filters: filters.prefault({}).describe('What a filter by each key names.'),
  schemas: z.enum(['obey', 'ignore']).default('obey').describe('Whether /Schemas decides what is sent.'),
  extensions: z
    .array(name)
    .default([ENTERPRISE_USER])
    .describe('User extensions sent when /Schemas does not say.'),
  attributes: attributes.prefault({}),
  details: z
    .record(name, detail)
    .default({})
    .describe('Attributes with a switch, a name or a form of their own.'),
  booleans: z.enum(['json', 'string']).default('json'),
  userName: z
    .enum(['mapped', 'work-email', 'email-local-part'])
    .default('mapped')
    .describe('What the mapping says, the work e-mail, or what stands before its @.'),
  deactivate: z
    .enum(['active-false', 'delete', 'none'])
    .default('active-false')
    .describe('delete: made inactive first, and deleted `deleteAfterDays` later.'),
  deleteAfterDays: count
    .default(30)
    .describe('So long an account is inactive, or a group empty, before it is deleted (R22).'),
  rates: z.array(rate).default([]),
  concurrency: count.max(64).default(8),
});

export type Detail = z.infer<typeof detail>;
export type TargetProfile = z.infer<typeof profileSchema>;

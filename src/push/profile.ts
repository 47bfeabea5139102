/**
 * What is special about a target, as data (`mappings/targets/*.yaml`): the next target needs a file, not code.
 * Every setting has a default, so a profile says only where its target differs; `mappings/targets/generic.yaml` explains them.
 */
import { z } from 'zod';
import { ENTERPRISE_USER } from '../scim/schema.js';

const name = z.string().min(1);
const count = z.number().int().min(1);
/** An attribute as people write it: `title`, `name.familyName`, `urn:…:User:costCenter`. */
const path = name;

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
    .describe('merge reads the resource first and keeps what is not ours; full sends our attributes only.'),
});

const manager = z.strictObject({
  by: z.enum(['id', 'externalId', 'email', 'employeeNumber', 'omit']).default('id'),
  as: z
    .enum(['value', 'managerId', 'string'])
    .default('value')
    .describe('{value: x}, {managerId: x} or the bare string.'),
  pass: z.enum(['with-person', 'second']).default('with-person'),
});

const groups = z.strictObject({
  enabled: z
    .enum(['auto', 'if-listed', 'on', 'off'])
    .default('auto')
    .describe('auto: as ResourceTypes says, on when it is silent; if-listed: only when it lists them.'),
  memberBatch: count.default(100),
  adoptBy: z.array(z.enum(['externalId', 'displayName'])).default(['externalId']),
  release: z
    .enum(['keep', 'empty', 'delete'])
    .default('empty')
    .describe('What happens to a group that is no longer wanted.'),
});

const paging = z.strictObject({
  method: z.enum(['auto', 'index', 'cursor', 'none']).default('auto'),
  pageSize: count.default(100),
});

const attributes = z.strictObject({
  required: z.array(path).default(['userName']),
  drop: z.array(path).default([]).describe('Never sent.'),
  only: z.array(path).optional().describe('When given, nothing else is sent.'),
  rename: z.record(path, path).default({}),
  values: z
    .record(path, z.record(z.string(), z.string()))
    .default({})
    .describe('Table for a renamed attribute; what it lacks is not sent.'),
  maxValues: z
    .record(name, count)
    .default({})
    .describe('Values that a multi-valued attribute may have; the primary one stays.'),
  maxLength: z.record(path, count).default({}),
  refused: z.record(z.string(), z.string()).default({}).describe('Characters refused, by attribute or "*".'),
});

const rate = z.strictObject({
  requests: count,
  seconds: count,
  burst: count.optional(),
  methods: z.array(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])).optional(),
});

export const profileSchema = z.strictObject({
  name,
  title: name,
  auth: auth.prefault({}),
  headers: z.record(name, z.string()).default({}),
  mediaType: z.enum(['application/scim+json', 'application/json']).default('application/scim+json'),
  update: update.prefault({}),
  manager: manager.prefault({}),
  groups: groups.prefault({}),
  paging: paging.prefault({}),
  lists: z
    .enum(['full', 'partial'])
    .default('full')
    .describe('partial: a list shows less than a single read.'),
  lookup: z.array(z.enum(['externalId', 'userName', 'emails'])).default(['externalId', 'userName', 'emails']),
  schemas: z.enum(['obey', 'ignore']).default('obey').describe('Whether /Schemas decides what is sent.'),
  extensions: z
    .array(name)
    .default([ENTERPRISE_USER])
    .describe('User extensions sent when /Schemas does not say.'),
  attributes: attributes.prefault({}),
  booleans: z.enum(['json', 'string']).default('json'),
  userNameIsEmail: z.boolean().default(false),
  deactivate: z.enum(['active-false', 'delete', 'none']).default('active-false'),
  rates: z.array(rate).default([]),
  concurrency: count.max(64).default(8),
});

export type TargetProfile = z.infer<typeof profileSchema>;

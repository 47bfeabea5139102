/** The settings of a target that say whose its attributes are, and how far the bridge may go there. */
import { z } from 'zod';
import { PUSH_MODES } from '../push/plan/input.js';
import { ATTRIBUTE_MODES } from '../push/profile.js';
import { DRIFT_VERBS, SSO_ATTRIBUTES } from '../push/reconcile/policy.js';

const path = z.string().min(1);
const verb = z.enum(DRIFT_VERBS);

const reconcileSchema = z.strictObject({
  everyHours: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('How often a run of the schedule reads the whole target; never when left out.'),
  vanished: z
    .enum(['recreate', 'report'])
    .default('recreate')
    .describe('What becomes of an account of ours that is gone from the target.'),
});

export const ownershipSettings = {
  mode: z
    .enum(PUSH_MODES)
    .default('full')
    .describe(
      'upsert-only: nobody is deactivated, nothing removed. membership-only: people are matched, never written.',
    ),
  idpOnly: z
    .enum(['push', 'skip'])
    .default('skip')
    .describe('Whether people and groups that only an IdP knows go to the target.'),
  attributes: z
    .record(path, z.enum(ATTRIBUTE_MODES))
    .default({})
    .describe('When an attribute is written; on-create-only leaves it alone afterwards.'),
  sso: z
    .enum(['wins', 'beside', 'off'])
    .default('wins')
    .describe(
      'Whether names and e-mails that SSO changed on the target win; beside: an IdP provisions it too.',
    ),
  ssoOwns: z
    .array(path)
    .default([...SSO_ATTRIBUTES])
    .describe('What SSO may change.'),
  drift: z
    .union([verb, z.record(path, verb)])
    .default('overwrite')
    .describe('What becomes of attributes changed on the target: one verb for all, or by path and default.'),
  reconcile: reconcileSchema.prefault({}).describe('Reading the whole target and comparing.'),
};

/** The `precedence` block of bridge.yaml: who wins, per attribute (R10). */
import { z } from 'zod';

const SOURCE = /^(lucca|manual|(idp|target):(\*|[a-z0-9][a-z0-9._-]*))$/;

const sourceSchema = z
  .string()
  .regex(SOURCE, 'is none of lucca, manual, idp:*, idp:NAME, target:*, target:NAME');

const sourcesSchema = z
  .array(sourceSchema)
  .min(1)
  .refine((sources) => new Set(sources).size === sources.length, 'names a source twice');

const ruleSchema = z.union([
  sourcesSchema,
  z.strictObject({
    sources: sourcesSchema,
    /** The first source of the list that speaks about the person decides, even by saying nothing (R11). */
    authoritative: z.boolean().default(false),
  }),
]);

export const precedenceSchema = z.strictObject({
  attributes: z
    .record(z.string(), ruleSchema)
    .default({})
    .describe(
      'Sources in order, per attribute: userName, name.*, emails[work], urn:…:User:department, or * for all others.',
    ),
  idps: z
    .array(z.string().regex(/^idp:[a-z0-9][a-z0-9._-]*$/, 'is no idp:NAME'))
    .default([])
    .describe('Several IdPs in order of rank; those left out follow in alphabetical order.'),
  active: z
    .union([z.literal('either'), sourcesSchema])
    .default('either')
    .describe(
      'either: inactive as soon as Lucca or an IdP says so. Or sources in order, as for any attribute.',
    ),
  onIdpDelete: z
    .enum(['deactivate', 'ignore'])
    .default('deactivate')
    .describe('Whether a person whom an IdP deleted counts as inactive by that IdP.'),
  staleAfterDays: z
    .number()
    .int()
    .min(1)
    .default(14)
    .describe('Days without a word from an IdP after which its values are shown as stale.'),
});

export type PrecedenceConfig = z.infer<typeof precedenceSchema>;

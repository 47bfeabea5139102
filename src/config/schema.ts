/** The shape of bridge.yaml. Unknown settings are refused, so that a misspelt one never passes silently. */
import { z } from 'zod';
import { precedenceSchema } from '../identity/precedence-config.js';
import { budgetSchema } from '../push/guard/bounds.js';
import { LUCCA_FIELDS } from './lucca-fields.js';
import { describeAlerts, describeMetrics } from './oversight-schema.js';
import { ownershipSettings } from './ownership-schema.js';
import { retentionSchema } from './retention-schema.js';
import { type SecretReference, secretSchema } from './secret.js';
import { describeServer, scheduleSchema } from './server-schema.js';

const count = z.number().int().min(0);

const quotaSchema = z.strictObject({
  requestsPerMinute: count.min(1).default(50),
  reserve: count.default(5).describe('Requests a minute left to your other integrations.'),
});

const scopeSchema = z.strictObject({
  filter: z.string().optional().describe('A SCIM filter over the translated person.'),
  costCenters: z.array(z.string()).optional(),
  legalEntities: z.array(z.string()).optional(),
  establishments: z.array(z.string()).optional(),
  departments: z.array(z.string()).optional().describe('With everything below them.'),
  contractTypes: z.array(z.string()).optional(),
});

const protectSchema = z.strictObject({
  people: z
    .array(z.string().min(1))
    .default([])
    .describe('Break-glass accounts: bridge id, Lucca id, userName or e-mail.'),
  groups: z
    .record(z.string().min(1), count.min(1))
    .default({})
    .describe('Members that a group, by its name or key, always keeps.'),
});

/** The same settings in a file, where secrets are references, and in memory, where they are themselves. */
export function describeConfig<Secret extends z.ZodType>(secret: Secret) {
  const oauth = z.strictObject({
    clientId: z.string().min(1),
    clientSecret: secret,
    tokenUrl: z.url().optional().describe('Token endpoint; Lucca has one for every tenant, so leave it out.'),
    apiVersion: z.iso.date().default('2024-11-01'),
    scope: z.string().optional().describe('Space-separated scopes, when not the ones that the bridge needs.'),
  });

  const lucca = z
    .strictObject({
      address: z
        .string()
        .min(1)
        .describe('Your Lucca address, in any form: acme, acme.ilucca.net, https://acme.ilucca.net/home.'),
      apiKey: secret.optional().describe('API key (v3 and v4 routes; the only way to cost centres).'),
      oauth: oauth.optional().describe('OAuth client credentials (current API).'),
      costCenterAxis: z
        .union([z.number().int(), z.string().min(1)])
        .optional()
        .describe('Id or name of the axis that holds cost centres; recognised by its name when left out.'),
      quota: quotaSchema.prefault({}),
      emptied: z
        .array(z.enum(LUCCA_FIELDS))
        .default([])
        .describe('Fields that Lucca no longer shows on purpose, as LUCCA_RIGHT_LOST names them.'),
    })
    .refine((settings) => settings.apiKey !== undefined || settings.oauth !== undefined, {
      message: 'neither apiKey nor oauth is given',
      params: { remedy: 'Give apiKey: ${LUCCA_API_KEY}, or oauth with clientId and clientSecret, or both.' },
    });

  const target = z.strictObject({
    profile: z
      .string()
      .default('generic')
      .describe('A packaged profile (generic, travelperk, aws-identity-center, …) or a path to your own.'),
    url: z.url().describe('Base URL of the SCIM service.'),
    token: secret.optional(),
    headers: z
      .record(z.string(), z.union([z.string(), secret]))
      .optional()
      .describe('Further request headers.'),
    scope: scopeSchema.optional().describe('Who is provisioned; everyone when left out.'),
    groups: z.boolean().optional().describe('Push groups; the profile decides when left out.'),
    budget: budgetSchema
      .default({})
      .describe('How much one run, and all runs of 7 days, may remove or change.'),
    protect: protectSchema.prefault({}).describe('Who and what no plan may harm.'),
    ...ownershipSettings,
    options: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Settings of the profile that this target overrides.'),
  });

  return z.strictObject({
    tenant: z
      .string()
      .regex(
        /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/,
        'lower-case letters, digits, dots, dashes and underscores',
      )
      .optional()
      .describe('Name that keeps this customer apart in the state; the Lucca host when left out.'),
    lucca,
    mapping: z
      .string()
      .optional()
      .describe('Path to a mapping file; the packaged mappings/lucca.yaml when left out.'),
    state: z.string().default('.lucca-scim').describe('Folder of the state files.'),
    store: z
      .strictObject({
        postgres: z.strictObject({
          url: secret.describe('postgres://user:password@host:5432/database, with all of it secret.'),
        }),
      })
      .optional()
      .describe('Keeps the state in PostgreSQL instead of files, for several processes at once.'),
    retention: retentionSchema.prefault({}).describe('Days after which records of what was done age out.'),
    precedence: precedenceSchema.prefault({}).describe('Who wins, per attribute.'),
    targets: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'), target)
      .default({}),
    server: describeServer(secret).optional().describe('The SCIM endpoint, its clients, and the admin API.'),
    schedule: scheduleSchema
      .prefault({})
      .describe('When `lucca-scim serve` synchronises by itself; false for never.'),
    metrics: describeMetrics(secret),
    alerts: describeAlerts(secret),
  });
}

/** bridge.yaml as a person writes it: secrets are references. */
export const configFileSchema = describeConfig(secretSchema as z.ZodType<SecretReference>);
export type ConfigFile = z.output<typeof configFileSchema>;

/** What createBridge takes: secrets are themselves, in memory only. */
export const bridgeConfigSchema = describeConfig(z.string().min(1));
export type BridgeConfigInput = z.input<typeof bridgeConfigSchema>;
export type BridgeConfig = z.output<typeof bridgeConfigSchema>;
export type TargetConfig = BridgeConfig['targets'][string];
export type ServerConfig = NonNullable<BridgeConfig['server']>;

/** The shape of a bridge.yaml for many tenants, and that of a tenant's own file. */
import { z } from 'zod';
import { describeConfig } from './schema.js';
import { type SecretReference, secretSchema } from './secret.js';
import { describeServer, URL_PATH } from './server-schema.js';

const secret = secretSchema as z.ZodType<SecretReference>;
const config = describeConfig(secret).shape;
const server = describeServer(secret).shape;

export const runsSchema = z.strictObject({
  atOnce: z.number().int().min(1).max(64).default(3).describe('Runs at the same time in one process.'),
  spreadMinutes: z
    .number()
    .int()
    .min(0)
    .max(1_440)
    .default(60)
    .describe('Over how long the runs of one scheduled instant are spread; each tenant has its place there.'),
  retries: z
    .number()
    .int()
    .min(0)
    .max(10)
    .default(3)
    .describe('How often a scheduled run that failed is tried again.'),
});

/** What belongs to the process. */
export const processFileSchema = z.strictObject({
  tenants: z.string().min(1).describe('Folder with one file for each tenant.'),
  state: config.state,
  store: config.store,
  server: z.strictObject({ port: server.port, host: server.host }).prefault({}),
  runs: runsSchema.prefault({}),
  metrics: config.metrics,
  alerts: config.alerts,
});

/** A bridge.yaml without what belongs to the process. */
export const tenantFileSchema = describeConfig(secret)
  .omit({ state: true, store: true, metrics: true })
  .extend({
    path: z
      .string()
      .regex(URL_PATH, 'a path, as in /t/acme, without `.`, `..` or a slash at its end')
      .optional()
      .describe('Where the tenant is served; /t/NAME when left out.'),
    server: describeServer(secret).omit({ port: true, host: true }).optional(),
  });

export type TenantFile = z.output<typeof tenantFileSchema>;
export type RunsConfig = z.output<typeof runsSchema>;

/** The `server` and `schedule` blocks of bridge.yaml: who may call the endpoint, and when the bridge reads Lucca by itself. */
import { Cron } from 'croner';
import { z } from 'zod';

const count = z.number().int().min(1);
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'lower-case letters, digits, dots, dashes and underscores');
const role = z.enum(['reader', 'idp', 'admin']);
/** The path of an address. Clients resolve `.` and `..` before they ask, so that nobody would ever come by one. */
export const URL_PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/;
const path = z.string().regex(URL_PATH, 'a path, as in /scim/v2, without `.`, `..` or a slash at its end');
const view = z
  .string()
  .optional()
  .describe('What the client may see: optima-hr, travel, directory, or a path to your own view.');

const oauthSchema = z.strictObject({
  issuer: z.string().min(1).describe('Value of `iss` in the access tokens.'),
  jwksUrl: z.url().describe('Where the keys of the issuer are.'),
  audience: z.string().min(1).describe('Value of `aud`: what the issuer calls this endpoint.'),
  scopes: z
    .record(z.string(), z.strictObject({ role, view }))
    .describe('What a scope grants: a role, and the view of its bearer.'),
});

const oidcSchema = z.strictObject({
  issuer: z.string().min(1).describe('Value of `iss` in the ID tokens.'),
  jwksUrl: z.url().describe('Where the keys of the issuer are.'),
  audience: z.string().min(1).describe('Client id of the application in which people sign in.'),
  source: z
    .string()
    .regex(/^idp:[a-z0-9][a-z0-9._-]*$/, 'is no idp:NAME')
    .describe('Under which name its word counts in `precedence`.'),
  createPeople: z.boolean().default(false).describe('Keep people whom neither Lucca nor an IdP knows.'),
});

const limitsSchema = z.strictObject({
  payloadBytes: count.optional(),
  bulkOperations: count.optional(),
  pageSize: count.optional(),
  maxPageSize: count.optional(),
  cursorSeconds: count.optional(),
  patchAnswerMembers: count.optional(),
});

/** @param secret how a secret stands in the file, or in memory */
export function describeServer<Secret extends z.ZodType>(secret: Secret) {
  const client = z.strictObject({
    name: name.describe('An IdP speaks as `idp:NAME` in `precedence`.'),
    role: role.describe('reader: reads; idp: writes too; admin: uses the admin API too.'),
    tokens: z.array(secret).min(1).describe('Several while a token is being changed.'),
    view,
  });
  return z.strictObject({
    port: z.number().int().min(0).max(65_535).default(8080),
    host: z.string().default('127.0.0.1'),
    basePath: path.default('/scim/v2'),
    adminPath: path.default('/admin'),
    publicUrl: z
      .url()
      .optional()
      .describe('Address of the SCIM root as clients see it; taken from each request when left out.'),
    clients: z
      .array(client)
      .default([])
      .refine((clients) => new Set(clients.map((each) => each.name)).size === clients.length, {
        message: 'two clients have the same name',
        params: { remedy: 'Give every client a name of its own; a client may have several tokens.' },
      }),
    oauth: oauthSchema.optional().describe('An OAuth issuer whose access tokens are accepted.'),
    oidc: oidcSchema.optional().describe('An OpenID Connect issuer whose ID tokens say who signed in.'),
    openDiscovery: z.boolean().default(true).describe('Schemas and capabilities without credentials.'),
    idpOnly: z
      .enum(['serve', 'hide'])
      .default('serve')
      .describe('Whether people whom Lucca does not know are shown to other clients.'),
    unknownMembers: z
      .enum(['refuse', 'accept'])
      .default('refuse')
      .describe('What a group member that does not exist does.'),
    uniqueGroupNames: z.boolean().default(false),
    matching: z
      .array(z.enum(['externalId', 'employeeNumber', 'userName', 'workEmail']))
      .min(1)
      .optional()
      .describe("By what an IdP's new user is recognised, in order."),
    limits: limitsSchema.prefault({}),
    rate: z
      .strictObject({ requests: count.default(6_000), seconds: count.default(60) })
      .prefault({})
      .describe('Requests that one client may send in a stretch of time.'),
  });
}

/** When the bridge synchronises by itself while it serves. */
export const scheduleSchema = z
  .union([
    z.literal(false),
    z.strictObject({
      cron: z.string().default('0 5 * * *').describe('Minute, hour, day, month, day of the week.'),
      timeZone: z.string().default('Europe/Paris'),
      alarmAfter: count.default(3).describe('Intervals without a successful run after which health alarms.'),
    }),
  ])
  .refine((schedule) => schedule === false || isCron(schedule), {
    message: 'is no cron expression, or its time zone does not exist',
    params: { remedy: 'Write it as in cron: "0 5 * * *" and timeZone: Europe/Paris, or schedule: false.' },
  });

export type ScheduleConfig = z.output<typeof scheduleSchema>;

function isCron({ cron, timeZone }: { cron: string; timeZone: string }): boolean {
  try {
    return new Cron(cron, { timezone: timeZone, paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

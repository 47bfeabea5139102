/** Starts the Lucca simulator: a tenant, its token endpoint, and the handles a test drives them with. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { adminRouter } from './admin/router.js';
import { Calendar } from './calendar.js';
import { createClock, type SimulatorClock } from './clock.js';
import type { Company } from './company.js';
import { acmeCompany } from './company-file.js';
import { type Credentials, DEFAULT_CREDENTIALS } from './credentials.js';
import { currentRouter } from './current/router.js';
import { TOKEN_PATH, TokenOffice, tokenRouter } from './current/token.js';
import { Edits } from './edits.js';
import { type Fault, FaultDesk } from './faults.js';
import { generateCompany } from './generator/generate.js';
import { logRequests, stampDate } from './http.js';
import { legacyRouter } from './legacy/router.js';
import { QueryCache } from './query-cache.js';
import { Quota, type QuotaOptions } from './quota.js';
import { RequestLog } from './request-log.js';
import { FULL_RIGHTS, mergeRights, type Rights, type RightsPatch } from './rights.js';
import type { Simulation } from './simulation.js';
import { CompanyState } from './state.js';
import { DEFAULT_SWITCHES, type Switches } from './switches.js';

export interface LuccaSimulatorOptions {
  /** Whom to simulate: a company, or the size of one to generate. The hand-made company when neither is given. */
  company?: Company;
  people?: number;
  /** Seed of a generated company. */
  seed?: number | string;
  /** Where the clock starts (the company's own instant) and how fast it runs (1; 0 = it stands still). */
  clock?: { at?: string; speed?: number };
  /** Port of the tenant; any free one when left out. */
  port?: number;
  /** The token endpoint has an address of its own, as in real life, or shares the tenant's. */
  tokenEndpoint?: 'separate' | 'same';
  credentials?: Partial<Credentials>;
  rights?: RightsPatch;
  quota?: Partial<QuotaOptions>;
  switches?: Partial<Switches>;
  faults?: readonly Fault[];
}

/** What a `lucca:` section of bridge.yaml needs to read this simulator. */
export interface SimulatedLuccaConfig {
  address: string;
  apiKey?: string;
  oauth?: { clientId: string; clientSecret: string; tokenUrl: string };
  costCenterAxis: number;
}

export interface LuccaSimulator extends Credentials {
  /** Address of the tenant, without a slash at the end. */
  readonly url: string;
  /** Full address of the token endpoint. */
  readonly tokenUrl: string;
  /** Changes the company while it runs. */
  readonly edit: Edits;
  readonly clock: SimulatorClock;
  readonly faults: FaultDesk;
  readonly quota: Quota;
  readonly requests: RequestLog;
  /** May be changed at any time. */
  readonly switches: Switches;
  readonly rights: Rights;
  /** The company as it stands now. */
  readonly state: CompanyState;
  /** What the dates of people mean now. */
  readonly calendar: Calendar;
  /** Changes what the integration may see. */
  setRights(patch: RightsPatch): void;
  /** Lets another integration of the tenant spend requests. */
  consumeQuota(requests: number): void;
  /** Makes every access token worthless. */
  revokeTokens(): void;
  config(way?: 'api-key' | 'oauth' | 'oauth+api-key'): SimulatedLuccaConfig;
  close(): Promise<void>;
}

/** Lucca refuses headers above 8 KB with 431. */
const MAX_HEADER_BYTES = 8192;

/** Starts a simulator on 127.0.0.1; resolves once it listens. */
export async function startLuccaSimulator(options: LuccaSimulatorOptions = {}): Promise<LuccaSimulator> {
  const company = options.company ?? chooseCompany(options);
  const sim = createSimulation(company, options);
  const office = new TokenOffice(sim);
  const edits = new Edits(sim.state, sim.calendar, sim.clock);
  const separate = (options.tokenEndpoint ?? 'separate') === 'separate';

  const tenant = createTenantApp(sim, { office, edits, withTokens: !separate });
  const servers = [await listen(tenant, options.port ?? 0)];
  if (separate) servers.push(await listen(createTokenApp(sim, office), 0));
  sim.url = addressOf(servers[0]);
  const tokenUrl = `${addressOf(servers.at(-1))}${TOKEN_PATH}`;

  return {
    ...sim.credentials,
    url: sim.url,
    tokenUrl,
    edit: edits,
    clock: sim.clock,
    faults: sim.faults,
    quota: sim.quota,
    requests: sim.log,
    switches: sim.switches,
    state: sim.state,
    calendar: sim.calendar,
    get rights() {
      return sim.rights;
    },
    setRights(patch) {
      sim.rights = mergeRights(sim.rights, patch);
    },
    consumeQuota: (requests) => sim.quota.consume(requests),
    revokeTokens: () => office.revokeAll(),
    config(way = 'oauth+api-key') {
      const { apiKey, clientId, clientSecret } = sim.credentials;
      return {
        address: sim.url,
        ...(way === 'oauth' ? {} : { apiKey }),
        ...(way === 'api-key' ? {} : { oauth: { clientId, clientSecret, tokenUrl } }),
        costCenterAxis: company.costCenterAxisId,
      };
    },
    async close() {
      await Promise.all(servers.map(stop));
    },
  };
}

function chooseCompany({ people, seed, clock }: LuccaSimulatorOptions): Company {
  return people === undefined ? acmeCompany() : generateCompany({ people, seed, at: clock?.at });
}

function createSimulation(company: Company, options: LuccaSimulatorOptions): Simulation {
  const state = new CompanyState(company);
  const clock = createClock(options.clock?.at ?? company.at, options.clock?.speed ?? 1);
  const calendar = new Calendar(state, clock);
  const faults = new FaultDesk();
  for (const fault of options.faults ?? []) faults.add(fault);
  const sim: Simulation = {
    state,
    clock,
    calendar,
    faults,
    quota: new Quota(clock, options.quota),
    log: new RequestLog(),
    cache: new QueryCache(() => JSON.stringify([state.version, calendar.signature(), sim.rights])),
    credentials: { ...DEFAULT_CREDENTIALS, ...options.credentials },
    switches: { ...DEFAULT_SWITCHES, ...options.switches },
    rights: mergeRights(FULL_RIGHTS, options.rights ?? {}),
    url: '',
  };
  return sim;
}

function createTenantApp(
  sim: Simulation,
  { office, edits, withTokens }: { office: TokenOffice; edits: Edits; withTokens: boolean },
): Express {
  const app = bareApp();
  app.use('/_sim', adminRouter(sim, edits));
  app.use(logRequests(sim), stampDate(sim));
  if (withTokens) app.use(tokenRouter(sim, office));
  const current = currentRouter(sim, office);
  const legacy = legacyRouter(sim);
  app.use((req, res, next) => {
    const router = req.path.toLowerCase().startsWith('/lucca-api') ? current : legacy;
    router(req, res, next);
  });
  return app;
}

function createTokenApp(sim: Simulation, office: TokenOffice): Express {
  const app = bareApp();
  app.use(logRequests(sim), stampDate(sim), tokenRouter(sim, office));
  return app;
}

function bareApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  return app;
}

function listen(app: Express, port: number): Promise<Server> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function addressOf(server: Server | undefined): string {
  const address = server?.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

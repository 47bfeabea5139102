/** A SCIM target on a loopback port: the protocol layer of the bridge over resources in memory. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { JsonObject } from '../../json.js';
import { unauthorized } from '../../scim/errors.js';
import type { Registry } from '../../scim/registry.js';
import type { Authenticator } from '../../server/auth.js';
import { scimRouter } from '../../server/router.js';
import type { Limits, ScimRouterOptions } from '../../server/service.js';
import { type FaultHook, strike } from './faults.js';
import { MemoryBackend, type MemoryBackendOptions } from './memory-backend.js';
import { PRESETS, type Preset, type PresetName } from './presets.js';
import { registryOf } from './registry.js';
import { describeRequest, type RequestCounters, RequestLog, type TargetRequest } from './request-log.js';
import { PLAIN_SWITCHES, type TargetSwitches } from './switches.js';
import { createZoo } from './zoo.js';

export interface TargetSimulatorOptions
  extends Partial<MemoryBackendOptions>,
    Partial<Pick<ScimRouterOptions, 'limits' | 'strict' | 'requireIfMatch' | 'bulk' | 'openDiscovery'>> {
  /** 0 or left out = any free port. */
  port?: number;
  basePath?: string;
  /** The bearer token that clients must send; `target-token` when left out. */
  token?: string;
  /** The whole Authorization header that clients must send instead, e.g. `ApiKey 123`. */
  authHeader?: string;
  /** A member of the zoo; other options go before what it says. */
  profile?: PresetName;
  /** Habits of the target, beside those of the profile. */
  switches?: Partial<TargetSwitches>;
  /** Asked for each request before anything is done. */
  before?: FaultHook;
}

export interface TargetSimulator {
  /** Address of the SCIM root. */
  readonly url: string;
  /** Every request so far, those that a fault struck included. */
  readonly requests: readonly TargetRequest[];
  readonly counters: RequestCounters;
  forgetRequests(): void;
  /** May be turned at any time. */
  readonly switches: TargetSwitches;
  /** Replaces the fault hook; undefined = nothing goes wrong from now on. */
  setFault(hook: FaultHook | undefined): void;
  /** What the target holds, without addresses. */
  users(): readonly JsonObject[];
  groups(): readonly JsonObject[];
  /** For editing behind the clients' backs. */
  readonly backend: MemoryBackend;
  close(): Promise<void>;
}

/** Starts a target on 127.0.0.1. */
export async function startTargetSimulator(given: TargetSimulatorOptions = {}): Promise<TargetSimulator> {
  const options = withPreset(given);
  const { registry, port = 0, basePath = '/scim/v2' } = options;
  const backend = new MemoryBackend(options);
  const log = new RequestLog();
  const { switches } = options;
  const zoo = createZoo({ switches, backend, registry, now: options.now ?? Date.now });
  let before = options.before;
  const app = express().disable('x-powered-by');
  app.use(basePath, readRawBody, (request, response, next) => {
    const described = describeRequest(request, request.body);
    log.add(described);
    const fault = before?.(described) ?? zoo.trouble(described);
    const goOn = () => void zoo.receive(described, request, response, next).catch(next);
    if (fault === undefined) goOn();
    else void strike(fault, request, response, goOn);
  });
  app.use(basePath, scimRouter({ ...options, backend, authenticator: createAuthenticator(options) }));
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const resources = (name: string): readonly JsonObject[] => listAll(backend, registry, name);
  return {
    url: `http://127.0.0.1:${bound}${basePath}`,
    get requests() {
      return log.requests;
    },
    get counters() {
      return log.counters;
    },
    switches,
    forgetRequests: () => log.clear(),
    setFault: (hook) => {
      before = hook;
    },
    users: () => resources('User'),
    groups: () => resources('Group'),
    backend,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The options with what the preset says where they say nothing. */
function withPreset(
  options: TargetSimulatorOptions,
): TargetSimulatorOptions & { registry: Registry; switches: TargetSwitches } {
  const { profile, token = 'target-token' } = options;
  const preset: Preset = profile === undefined ? { title: '', profile: 'generic' } : PRESETS[profile];
  let lastId = 0;
  return {
    bulk: preset.bulk ?? true,
    managerMustExist: preset.managerMustExist ?? false,
    uniqueGroupNames: preset.uniqueGroupNames ?? false,
    ...(preset.decimalIds ? { newId: () => String(++lastId) } : {}),
    ...(preset.authorization === undefined
      ? {}
      : { authHeader: preset.authorization.replace('TOKEN', token) }),
    ...options,
    registry: options.registry ?? registryOf(preset),
    limits: { ...pageLimits(preset), ...options.limits },
    switches: { ...PLAIN_SWITCHES, ...preset.switches, ...options.switches },
  };
}

function pageLimits({ pageSize, maxPageSize }: Preset): Partial<Limits> {
  return {
    ...(maxPageSize === undefined ? {} : { maxPageSize, pageSize: maxPageSize }),
    ...(pageSize === undefined ? {} : { pageSize }),
  };
}

/** The raw bytes of any body, so that the log shows what was sent and the target still reads it itself. */
const readBody = express.raw({ type: () => true, limit: '64mb' });

function readRawBody(request: Request, response: Response, next: NextFunction): void {
  readBody(request, response, (error?: unknown) => {
    request.body ??= Buffer.alloc(0);
    next(error);
  });
}

function createAuthenticator({ token = 'target-token', authHeader }: TargetSimulatorOptions): Authenticator {
  const expected = authHeader ?? `Bearer ${token}`;
  return {
    challenge: expected.split(' ')[0] ?? 'Bearer',
    authenticate(request) {
      if (request.headers.authorization !== expected) throw unauthorized('The credentials are not valid.');
      return { name: 'client', role: 'idp' };
    },
  };
}

function listAll(backend: MemoryBackend, registry: Registry, name: string): readonly JsonObject[] {
  const type = registry.resourceType(name);
  return type === undefined ? [] : backend.list(type).map(({ resource }) => resource);
}

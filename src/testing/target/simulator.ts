/** A SCIM target on a loopback port: the protocol layer of the bridge over resources in memory. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { JsonObject } from '../../json.js';
import { unauthorized } from '../../scim/errors.js';
import { defaultRegistry, type Registry } from '../../scim/registry.js';
import type { Authenticator } from '../../server/auth.js';
import { scimRouter } from '../../server/router.js';
import type { ScimRouterOptions } from '../../server/service.js';
import { type FaultHook, strike } from './faults.js';
import { MemoryBackend, type MemoryBackendOptions } from './memory-backend.js';
import { describeRequest, type RequestCounters, RequestLog, type TargetRequest } from './request-log.js';

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
export async function startTargetSimulator(options: TargetSimulatorOptions = {}): Promise<TargetSimulator> {
  const { registry = defaultRegistry, port = 0, basePath = '/scim/v2' } = options;
  const backend = new MemoryBackend({ ...options, registry });
  const log = new RequestLog();
  let before = options.before;
  const app = express().disable('x-powered-by');
  app.use(basePath, readRawBody, (request, response, next) => {
    const described = describeRequest(request, request.body);
    log.add(described);
    const fault = before?.(described);
    if (fault === undefined) next();
    else void strike(fault, request, response, next);
  });
  app.use(
    basePath,
    scimRouter({ ...options, registry, backend, authenticator: createAuthenticator(options) }),
  );
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

/** Several processes on one database, in front of one target that notes who writes to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { BridgeConfigInput } from '../../src/config/schema.js';

/** A time at which an instance began to lead, or wrote to the target. */
export interface Mark {
  instance: string;
  /** Milliseconds. */
  at: number;
}

export interface Instance {
  name: string;
  process: ChildProcess;
  scim: string;
  admin: string;
  /** Whether requests may go there: false while it stands still. */
  isOpen: boolean;
}

export interface Fleet {
  /** Those that serve. */
  readonly instances: readonly Instance[];
  /** Every time an instance began to lead, in order. */
  readonly terms: readonly Mark[];
  add(): Promise<Instance>;
  kill(instance: Instance): Promise<void>;
  close(): Promise<void>;
}

/** @param configOf the configuration of an instance, by its name */
export function openFleet(url: string, configOf: (name: string) => BridgeConfigInput): Fleet {
  const instances: Instance[] = [];
  const terms: Mark[] = [];
  let last = 0;
  const fleet: Fleet = {
    instances,
    terms,
    async add() {
      last += 1;
      const name = `i${last}`;
      const argument = JSON.stringify({ url, config: configOf(name) });
      const script = path.join(import.meta.dirname, 'instance.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, argument], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const instance = { name, process: child, scim: '', admin: '', isOpen: false };
      await new Promise<void>((resolve, reject) => {
        child.once('close', () => reject(new Error(`${name} ended`)));
        createInterface({ input: child.stdout }).on('line', (line) => {
          const event = JSON.parse(line) as { ledAt?: number; scim?: string; admin?: string };
          if (event.ledAt !== undefined) terms.push({ instance: name, at: event.ledAt });
          if (event.scim === undefined) return;
          Object.assign(instance, event, { isOpen: true });
          instances.push(instance);
          resolve();
        });
      });
      return instance;
    },
    async kill(instance) {
      const at = instances.indexOf(instance);
      if (at >= 0) instances.splice(at, 1);
      const gone = once(instance.process, 'close');
      instance.process.kill('SIGKILL');
      await gone;
    },
    async close() {
      await Promise.all([...instances].map((instance) => fleet.kill(instance)));
    },
  };
  return fleet;
}

/** Passes everything on to the target, and notes which instance, by its header `x-instance`, wrote when. */
export async function watchWriters(target: string): Promise<{ url: string; writes: Mark[]; server: Server }> {
  const writes: Mark[] = [];
  const { origin, pathname } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'GET') {
      writes.push({ instance: String(incoming.headers['x-instance']), at: Date.now() });
    }
    const { method, headers, url } = incoming;
    const onward = request(origin + url, { method: method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${pathname}`, writes, server };
}

/** Writes that came from an instance after another had begun to lead. */
export function overlaps(terms: readonly Mark[], writes: readonly Mark[]): Mark[] {
  const byTime = [...terms].sort((one, other) => one.at - other.at);
  let current = 0;
  return writes.filter((write) => {
    // The term in which it was written: the last one that its writer had begun by then.
    const own = byTime.findLastIndex(({ instance, at }) => instance === write.instance && at <= write.at);
    if (own < current) return true;
    current = own;
    return false;
  });
}

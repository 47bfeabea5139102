/** A server in a process of its own, and the load on it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon, { type LoadRequest } from 'autocannon';

export type ContenderName = 'bridge' | 'mounted' | 'express' | 'scimmy';

/** The bridge has one script for both ways in which it serves. */
const SCRIPTS: Readonly<Record<ContenderName, string>> = {
  bridge: 'bridge',
  mounted: 'bridge',
  express: 'express',
  scimmy: 'scimmy',
};

const CONNECTIONS = 10;
/** How often the load looks whether its time is over. */
const SAMPLE_MS = 50;

export interface Load {
  /** Requests answered in one second of the server's processor time, threads of its own and the system's work for it included. */
  rate: number;
  /** Latency in milliseconds. */
  p99: number;
}

export class Contender {
  readonly url: string;
  readonly #process: ChildProcess;
  #inquiring: Promise<unknown> = Promise.resolve();

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a server with that many people and waits until it listens. */
  static async start(name: ContenderName, people: number): Promise<Contender> {
    const script = fileURLToPath(new URL(`./${SCRIPTS[name]}-process.js`, import.meta.url));
    // What compiles this file must not run in the measured process.
    const child = fork(script, [String(people), name], { execArgv: [] });
    const { port } = await hear<{ port: number }>(child);
    return new Contender(child, port);
  }

  /** Gives a bare server the bytes to send, by address. */
  async prepare(prebuilt: readonly (readonly [address: string, text: string])[]): Promise<void> {
    const ready = hear(this.#process);
    this.#process.send({ prebuilt });
    await ready;
  }

  /** Resident memory as it is, in megabytes. */
  async memory(): Promise<number> {
    return (await this.#inquire<{ megabytes: number }>('memory')).megabytes;
  }

  /** Processor time that the server has used so far, in seconds: unlike the time on the clock, nobody else's work is in it. */
  async processorTime(): Promise<number> {
    return (await this.#inquire<{ microseconds: number }>('processor')).microseconds / 1e6;
  }

  /** One question after the other: answers do not say what they answer. */
  #inquire<T>(question: string): Promise<T> {
    const answer = this.#inquiring.then(() => {
      const heard = hear<T>(this.#process);
      this.#process.send(question);
      return heard;
    });
    this.#inquiring = answer;
    return answer;
  }

  /** Keeps ten connections busy for so many seconds. Throws when anything but 2xx comes back. */
  load(requests: LoadRequest[], token: string, seconds: number): Promise<Load> {
    return this.#load(requests, token, { duration: seconds });
  }

  /** The same until so many requests were answered: code is compiled after so many runs, not after so many seconds. */
  async warmUp(requests: LoadRequest[], token: string, amount: number): Promise<void> {
    await this.#load(requests, token, { amount });
  }

  async #load(
    requests: LoadRequest[],
    token: string,
    length: { duration: number } | { amount: number },
  ): Promise<Load> {
    const before = await this.processorTime();
    const result = await autocannon({
      url: this.url,
      connections: CONNECTIONS,
      ...length,
      sampleInt: SAMPLE_MS,
      headers: headersOf(token),
      requests: requests.map((request) => ({ method: 'GET', ...request })),
    });
    if (result.non2xx > 0 || result.errors > 0) {
      throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} connections broke`);
    }
    const spent = (await this.processorTime()) - before;
    return { rate: result.requests.total / spent, p99: result.latency.p99 };
  }

  /** One answer. */
  async ask({ method = 'GET', path = '', body }: LoadRequest, token: string): Promise<string> {
    const options = { method, headers: headersOf(token), ...(body === undefined ? {} : { body }) };
    const response = await fetch(this.url + path, options);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.text();
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.disconnect();
    await exit;
  }
}

function headersOf(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
}

/** The next message of a child; rejects when it ends instead. */
function hear<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (code: number | null): void => reject(new Error(`the server ended with ${code}`));
    child.once('exit', leave);
    child.once('message', (message) => {
      child.off('exit', leave);
      resolve(message as T);
    });
  });
}

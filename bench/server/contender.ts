/** A server in a process of its own, and the load on it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon, { type LoadRequest, type LoadResult } from 'autocannon';

export type ContenderName = 'bridge' | 'express' | 'scimmy';

const CONNECTIONS = 10;

export class Contender {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a server with that many people and waits until it listens. */
  static async start(name: ContenderName, people: number): Promise<Contender> {
    const script = fileURLToPath(new URL(`./${name}-process.js`, import.meta.url));
    const child = fork(script, [String(people)], { execArgv: ['--expose-gc'] });
    const { port } = await hear<{ port: number }>(child);
    return new Contender(child, port);
  }

  /** Gives a bare server the bytes to send, by address. */
  async prepare(prebuilt: readonly (readonly [address: string, text: string])[]): Promise<void> {
    const ready = hear(this.#process);
    this.#process.send({ prebuilt });
    await ready;
  }

  /** Resident memory after a garbage collection, in megabytes. */
  async memory(): Promise<number> {
    const answer = hear<{ megabytes: number }>(this.#process);
    this.#process.send('memory');
    return (await answer).megabytes;
  }

  /** Keeps ten connections busy for so many seconds. Throws when anything but 2xx comes back. */
  async load(requests: LoadRequest[], token: string, seconds: number): Promise<LoadResult> {
    const result = await autocannon({
      url: this.url,
      connections: CONNECTIONS,
      duration: seconds,
      headers: headersOf(token),
      requests: requests.map((request) => ({ method: 'GET', ...request })),
    });
    if (result.non2xx > 0 || result.errors > 0) {
      throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} connections broke`);
    }
    return result;
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

/** What every queue promises, held against both of them. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMemoryQueues } from '../../src/queue/memory.js';
import { openPostgresQueues } from '../../src/queue/postgres.js';
import type { Queue, Queues, Task } from '../../src/queue/queue.js';
import { usePostgres } from '../support/postgres.js';

const postgres = usePostgres();

interface Errand {
  name: string;
}

/** However busy the machine is. */
const SOON = { timeout: 10_000 };
const PAST = '2026-11-20T04:00:00.000Z';
const LONG_AFTER = '2126-11-20T04:00:00.000Z';
const errand = (name: string, startAt = PAST): Task<Errand> => ({ key: name, data: { name }, startAt });

const kinds: [string, () => Promise<Queues>][] = [
  ['in memory', async () => createMemoryQueues()],
  [
    'in PostgreSQL',
    async () => openPostgresQueues({ url: await postgres.createDatabase(), onProblem: () => {} }),
  ],
];

describe.each(kinds)('a queue %s', (_kind, openQueues) => {
  const opened: { queues: Queues; queue: Queue<Errand> }[] = [];
  afterEach(async () => {
    for (const { queue, queues } of opened.splice(0)) {
      await queue.close();
      await queues.close();
    }
  });

  async function open(atOnce = 2): Promise<Queue<Errand>> {
    const queues = await openQueues();
    const queue = await queues.open<Errand>('errands', { atOnce });
    opened.push({ queues, queue });
    return queue;
  }

  it('hands over each task that is due, once, the oldest first', async () => {
    const queue = await open(1);
    for (const name of ['one', 'two', 'three']) await queue.add(errand(name));
    await queue.add(errand('one'));
    const done: string[] = [];
    queue.work(async ({ name }) => {
      done.push(name);
      return null;
    });
    await expect.poll(() => done, SOON).toEqual(['one', 'two', 'three']);
    expect(await queue.waiting()).toBe(0);
  });

  it('takes what is added later, and leaves what is for later', async () => {
    const queue = await open();
    const done: string[] = [];
    queue.work(async ({ name }) => {
      done.push(name);
      return null;
    });
    await queue.add(errand('much later', LONG_AFTER));
    await queue.add(errand('now'));
    await expect.poll(() => done, SOON).toEqual(['now']);
    expect(await queue.waiting()).toBe(1);
  });

  it('has no more than the bounded number in hand', async () => {
    const queue = await open(2);
    const begun = new Map<string, () => void>();
    let most = 0;
    queue.work(async ({ name }) => {
      const wait = new Promise<void>((resolve) => begun.set(name, resolve));
      most = Math.max(most, begun.size);
      await wait;
      begun.delete(name);
      return null;
    });
    for (const name of ['a', 'b', 'c', 'd']) await queue.add(errand(name));
    await expect.poll(() => [...begun.keys()], SOON).toEqual(['a', 'b']);
    begun.get('a')?.();
    await expect.poll(() => [...begun.keys()], SOON).toEqual(['b', 'c']);
    for (const finish of begun.values()) finish();
    await expect.poll(() => [...begun.keys()], SOON).toEqual(['d']);
    begun.get('d')?.();
    await expect.poll(() => begun.size, SOON).toBe(0);
    expect(most).toBe(2);
  });

  it('adds the task that follows', async () => {
    const queue = await open();
    const done: string[] = [];
    queue.work(async ({ name }) => {
      done.push(name);
      return name === 'first' ? errand('second') : null;
    });
    await queue.add(errand('first'));
    await expect.poll(() => done, SOON).toEqual(['first', 'second']);
  });

  it('takes a rejected task again', async () => {
    const queue = await open();
    let times = 0;
    queue.work(async () => {
      times += 1;
      if (times === 1) throw new Error('not now');
      return null;
    });
    await queue.add(errand('stubborn'));
    await expect.poll(() => times, SOON).toBe(2);
  });

  it('waits for the tasks in hand when it is closed, and takes no other', async () => {
    const queue = await open(1);
    const done: string[] = [];
    let finish = () => {};
    queue.work(async ({ name }) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
        done.push(`${name} begun`);
      });
      done.push(`${name} done`);
      return null;
    });
    await queue.add(errand('one'));
    await queue.add(errand('two'));
    await expect.poll(() => done, SOON).toEqual(['one begun']);
    const closing = queue.close();
    finish();
    await closing;
    expect(done).toEqual(['one begun', 'one done']);
    expect(await queue.waiting()).toBe(1);
  });
});

describe('two processes on one database', () => {
  it('make their queues at the same moment, while others work', async () => {
    const url = await postgres.createDatabase();
    const both = await Promise.all([
      openPostgresQueues({ url, onProblem: () => {} }),
      openPostgresQueues({ url, onProblem: () => {} }),
    ]);
    const rounds = Array.from({ length: 5 }, (_, at) => [`shared-${at}`, `one-${at}`, `other-${at}`]);
    for (const names of rounds) {
      const opened = await Promise.all(
        both.flatMap((each) =>
          names.map(async (name) => {
            const queue = await each.open<Errand>(name, { atOnce: 1 });
            await queue.add(errand(name));
            return queue;
          }),
        ),
      );
      expect(await Promise.all(opened.map((queue) => queue.waiting()))).toEqual([1, 1, 1, 1, 1, 1]);
    }
    await Promise.all(both.map((each) => each.close()));
  });

  it('take up what a process that died had in hand, and leave alone what another still does', async () => {
    const url = await postgres.createDatabase();
    const [alive, dying] = await Promise.all(
      [1, 2].map(() => openPostgresQueues({ url, onProblem: () => {} })),
    );
    if (alive === undefined || dying === undefined) throw new Error('no queues');
    const begun: string[] = [];
    let finish = () => {};
    const long = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const queue = await alive.open<Errand>('errands', { atOnce: 3 });
    await queue.add(errand('long'));
    queue.work(async ({ name }) => {
      begun.push(name);
      if (name === 'long') await long;
      return null;
    });
    await expect.poll(() => begun, SOON).toEqual(['long']);
    queue.stop();

    const lost = await dying.open<Errand>('errands', { atOnce: 1 });
    await lost.add(errand('lost'));
    const taken: string[] = [];
    lost.work(async ({ name }) => {
      taken.push(name);
      return new Promise<never>(() => {});
    });
    await expect.poll(() => taken, SOON).toEqual(['lost']);
    lost.stop();
    await dying.close();

    const heir = await alive.open<Errand>('errands', { atOnce: 3 });
    heir.work(async ({ name }) => {
      begun.push(name);
      return null;
    });
    // Whatever is older, and of which nothing was heard, would have come before it.
    await expect.poll(() => begun, { timeout: 20_000 }).toEqual(['long', 'lost']);
    finish();
    await Promise.all([queue.close(), heir.close()]);
    expect(await queue.waiting()).toBe(0);
    await alive.close();
  }, 40_000);

  it('share the tasks, and do each of them once', async () => {
    const url = await postgres.createDatabase();
    const both = await Promise.all([
      openPostgresQueues({ url, onProblem: () => {} }),
      openPostgresQueues({ url, onProblem: () => {} }),
    ]);
    const queues = await Promise.all(both.map((each) => each.open<Errand>('errands', { atOnce: 1 })));
    const done: string[] = [];
    for (const [at, queue] of queues.entries()) {
      queue.work(async ({ name }) => {
        done.push(`${name} by ${at}`);
        await expect.poll(() => new Set(done.map((each) => each.at(-1))).size, SOON).toBe(2);
        return null;
      });
    }
    const names = Array.from({ length: 10 }, (_, at) => `errand ${at}`);
    await Promise.all(queues.map((queue) => Promise.all(names.map((name) => queue.add(errand(name))))));
    await expect.poll(() => done.length, SOON).toBe(10);
    expect(new Set(done.map((each) => each.slice(0, -5))).size).toBe(10);
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all(both.map((each) => each.close()));
  });
});

/** Stands before a server; holds back what clients say while `isHeld`, and says how often a text was in it. */
async function standBefore(url: string) {
  const { hostname, port } = new URL(url);
  const line = { isHeld: false, url, release: () => {}, count: (_text: string) => 0 };
  const held: (() => void)[] = [];
  let said = '';
  const sockets: { destroy(): void }[] = [];
  const server = createServer((client) => {
    const onward = connect(Number(port), hostname);
    sockets.push(client, onward);
    for (const socket of [client, onward]) socket.on('error', () => {});
    onward.pipe(client);
    client.on('close', () => onward.end());
    client.on('data', (data) => {
      said += data.toString('latin1');
      if (line.isHeld) held.push(() => onward.write(data));
      else onward.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  line.url = url.replace(`:${port}`, `:${(server.address() as AddressInfo).port}`);
  line.release = () => {
    line.isHeld = false;
    for (const pass of held.splice(0)) pass();
  };
  line.count = (text) => said.split(text).length - 1;
  return line;
}

describe('a line to the database that is dead', () => {
  it('holds up one sign of the tasks in hand, and no heap of them', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const line = await standBefore(await postgres.createDatabase());
    const queues = await openPostgresQueues({ url: line.url, onProblem: () => {} });
    const queue = await queues.open<Errand>('errands', { atOnce: 1 });
    await queue.add(errand('long'));
    let finish: (() => void) | undefined;
    queue.work(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return null;
    });
    await expect.poll(() => finish, SOON).toBeDefined();
    const signs = () => line.count('set started_on = now() from unnest');

    // Connections that are there already: whatever is sent is seen.
    await Promise.all(Array.from({ length: 4 }, () => queue.waiting()));
    line.isHeld = true;
    vi.advanceTimersByTime(10_000);
    line.release();
    // Answered after all that was held back.
    await queue.waiting();
    await expect.poll(signs, SOON).toBe(1);
    const later = () => {
      vi.advanceTimersByTime(2_000);
      return signs();
    };
    await expect.poll(later, SOON).toBe(2);

    finish?.();
    await queue.close();
    await queues.close();
  });

  it('is told as such when a queue is opened', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const url = `postgres://bridge@127.0.0.1:${(silent.address() as AddressInfo).port}/bridge`;
    const opening = openPostgresQueues({ url, onProblem: () => {} }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await opening).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

/** Writers of an IdP: each changes one person after the other over HTTP, and waits for each answer. */
import { Agent, request } from 'undici';
import { PATCH_OP } from '../../src/scim/patch/request.js';
import { idOf } from '../server/population.js';

export interface Written {
  perSecond: number;
  /** Milliseconds from request to answer, which 99 of 100 writes did not pass. */
  p99: number;
}

const WRITERS = 16;

export async function measureWriters(
  scim: string,
  token: string,
  people: number,
  milliseconds: number,
): Promise<Written> {
  const dispatcher = new Agent({ connections: WRITERS });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  const times: number[] = [];
  const change = async (number: number, turn: number): Promise<void> => {
    const Operations = [{ op: 'replace', path: 'displayName', value: `Turn ${turn}` }];
    const { statusCode, body } = await request(`${scim}/Users/${idOf(number)}`, {
      method: 'PATCH',
      headers,
      dispatcher,
      body: JSON.stringify({ schemas: [PATCH_OP], Operations }),
    });
    await body.dump();
    if (statusCode !== 200) throw new Error(`a write was answered ${statusCode}`);
  };
  const writeUntil = (end: number) => async (_: unknown, writer: number) => {
    for (let turn = 0; performance.now() < end; turn += 1) {
      const begin = performance.now();
      await change((writer + WRITERS * turn * 31) % people, turn);
      times.push(performance.now() - begin);
    }
  };
  const round = async (length: number) => {
    times.length = 0;
    const begin = performance.now();
    await Promise.all(Array.from({ length: WRITERS }).map(writeUntil(begin + length)));
    return performance.now() - begin;
  };
  try {
    // Compilers and caches first.
    await round(milliseconds / 2);
    const took = await round(milliseconds);
    times.sort((a, b) => a - b);
    return { perSecond: (times.length * 1_000) / took, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
  } finally {
    await dispatcher.close();
  }
}

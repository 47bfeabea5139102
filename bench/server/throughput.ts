/**
 * The bridge against other servers: requests for each second of processor time that the server uses, by turns. On the clock a
 * server that waits for a busy machine, or for its own load generator, looks slow; its processor time is its own.
 */
import type { LoadRequest } from 'autocannon';
import { type Measurement, ratioMeasurement } from '../benchmark.js';
import { Contender } from './contender.js';
import { type Operation, READS, WRITES } from './operations.js';

/** How long a run of one server takes before the next one has its turn. */
export interface Pace {
  /** Of one run. */
  seconds: number;
  /** Runs of each server that count; their medians do. */
  rounds: number;
  /** Requests to each server before those: it answers slowly until its code is compiled. */
  warmUp: number;
  /** Seconds for which a peer that is too slow for load is asked one by one. */
  single: number;
}

const UNIT = 'requests/CPU-s';

/** A peer that takes longer for one request is not put under load, but asked one by one. */
const PATIENCE_MS = 500;
/** And not again when its first answer takes longer than this. */
const GIVE_UP_MS = 15_000;

/**
 * Every operation at one size, as a share of what bare Express answers: as `lucca-scim serve` does, and mounted in an Express
 * application; and against scimmy-routers where that finishes.
 */
export async function measureThroughput(people: number, pace: Pace): Promise<Measurement[]> {
  const express = await Contender.start('express', people);
  const bridge = await Contender.start('bridge', people);
  const mounted = await Contender.start('mounted', people);
  const scimmy = await Contender.start('scimmy', people);
  try {
    await express.prepare(await prebuild(bridge, people));
    const measurements: Measurement[] = [];
    for (const operation of [...READS, ...WRITES]) {
      const id = `server.${operation.id}.${people}`;
      const goal = { atLeast: operation.goal };
      const turns = await takeTurns([express, bridge, mounted], operation, people, pace);
      const [ours, bare] = typicalTurn(turns, 1);
      measurements.push(ratioMeasurement(id, UNIT, ours, bare, goal));
      measurements.push(ratioMeasurement(`${id}.mounted`, UNIT, ...typicalTurn(turns, 2), goal));
      const peer = await rateOfPeer(scimmy, operation, people, pace);
      if (peer === undefined) continue;
      measurements.push(ratioMeasurement(`${id}.scimmy`, UNIT, ours, peer, { atLeast: 1 }));
    }
    return measurements;
  } finally {
    await Promise.all([express, bridge, mounted, scimmy].map((contender) => contender.stop()));
  }
}

/** The answers of the bridge to every reading request, for the bare server to send. */
async function prebuild(bridge: Contender, people: number): Promise<[address: string, text: string][]> {
  const answers: [string, string][] = [];
  for (const { token, requests } of READS) {
    for (const request of requests(people)) {
      answers.push([request.path ?? '', await bridge.ask(request, token)]);
    }
  }
  return answers;
}

/** The rates of each server, turn by turn; one starts as often as the other. */
async function takeTurns(
  servers: readonly Contender[],
  { requests, token }: Operation,
  people: number,
  { seconds, rounds, warmUp }: Pace,
): Promise<number[][]> {
  const list = requests(people);
  const turns: number[][] = [];
  for (const server of servers) await server.warmUp(list, token, warmUp);
  for (let turn = 0; turn < rounds; turn += 1) {
    const rates: number[] = [];
    const places = [...servers.keys()];
    for (const place of turn % 2 === 0 ? places : places.reverse()) {
      rates[place] = (await (servers[place] as Contender).load(list, token, seconds)).rate;
    }
    turns.push(rates);
  }
  return turns;
}

/** Of the turn with the median ratio: the rates of a server and of the first one. */
function typicalTurn(turns: readonly number[][], place: number): [ours: number, bare: number] {
  const pairs = turns.map(([bare = 0, ...others]) => [others[place - 1] ?? 0, bare] as const);
  const sorted = pairs.sort(([one, its], [other, others]) => one / its - other / others);
  const [ours, bare] = sorted[Math.floor(sorted.length / 2)] ?? [0, 0];
  return [ours, bare];
}

/** The rate of a peer; undefined when it does not answer in reasonable time. */
async function rateOfPeer(
  peer: Contender,
  { requests, token }: Operation,
  people: number,
  { seconds, single }: Pace,
): Promise<number | undefined> {
  const list = requests(people).map(inTheirForm);
  const first = await Promise.race([timeOne(peer, list[0], token), later(GIVE_UP_MS)]);
  if (first === undefined) return undefined;
  // A short load on a busy machine may end before its first answer.
  if (first < PATIENCE_MS) return (await peer.load(list, token, seconds)).rate || undefined;
  const before = await peer.processorTime();
  let turns = 0;
  for (let spent = 0; spent < single * 1000; turns += 1) {
    spent += await timeOne(peer, list[turns % list.length], token);
  }
  return turns / ((await peer.processorTime()) - before);
}

/** scimmy-routers finds extension attributes by a dot only, where RFC 7644 wants a colon. */
function inTheirForm({ path, ...request }: LoadRequest): LoadRequest {
  return { ...request, ...(path !== undefined && { path: path.replace('%3Adepartment', '.department') }) };
}

/** How long one request takes, in milliseconds. */
async function timeOne(peer: Contender, request: LoadRequest = {}, token: string): Promise<number> {
  const start = performance.now();
  await peer.ask(request.setupRequest?.(request) ?? request, token);
  return performance.now() - start;
}

function later(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}

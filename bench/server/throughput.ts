/** Requests a second of the bridge against those of other servers, by turns, so that a busy machine is busy for all. */
import type { LoadRequest } from 'autocannon';
import { type Measurement, ratioMeasurement } from '../benchmark.js';
import { Contender } from './contender.js';
import { type Operation, READS, WRITES } from './operations.js';

export interface Pace {
  /** Length of one run. */
  seconds: number;
  /** How many runs; their median counts. */
  rounds: number;
}

/** A peer that takes longer for one request is not put under load. */
const PATIENCE_MS = 500;
/** It is asked one by one instead, for so long. */
const SINGLE_MS = 3_000;
/** And not again when its first answer takes longer than this. */
const GIVE_UP_MS = 15_000;

/** Every operation at one size: as a share of bare Express, and against scimmy-routers where that finishes. */
export async function measureThroughput(people: number, pace: Pace): Promise<Measurement[]> {
  const bridge = await Contender.start('bridge', people);
  const express = await Contender.start('express', people);
  const scimmy = await Contender.start('scimmy', people);
  try {
    await express.prepare(await prebuild(bridge, people));
    const measurements: Measurement[] = [];
    for (const operation of [...READS, ...WRITES]) {
      const id = `server.${operation.id}.${people}`;
      const [ours, bare] = await compare(bridge, express, operation, people, pace);
      measurements.push(ratioMeasurement(id, 'requests/s', ours, bare, { atLeast: operation.goal }));
      const peer = await rateOfPeer(scimmy, operation, people, pace);
      if (peer === undefined) continue;
      measurements.push(ratioMeasurement(`${id}.scimmy`, 'requests/s', ours, peer, { atLeast: 1 }));
    }
    return measurements;
  } finally {
    await Promise.all([bridge.stop(), express.stop(), scimmy.stop()]);
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

/** Requests a second of both. */
async function compare(
  bridge: Contender,
  express: Contender,
  { requests, token }: Operation,
  people: number,
  { seconds, rounds }: Pace,
): Promise<[bridge: number, express: number]> {
  const [ours, bare]: [number[], number[]] = [[], []];
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const one = await express.load(requests(people), token, seconds);
    const other = await bridge.load(requests(people), token, seconds);
    if (round === 0) continue;
    bare.push(one.requests.average);
    ours.push(other.requests.average);
  }
  return [median(ours), median(bare)];
}

/** Requests a second; undefined when a peer does not answer in reasonable time. */
async function rateOfPeer(
  peer: Contender,
  { requests, token }: Operation,
  people: number,
  { seconds }: Pace,
): Promise<number | undefined> {
  const list = requests(people).map(inTheirForm);
  const first = await Promise.race([timeOne(peer, list[0], token), later(GIVE_UP_MS)]);
  if (first === undefined) return undefined;
  if (first < PATIENCE_MS) return (await peer.load(list, token, seconds)).requests.average;
  let [spent, turns] = [first, 1];
  for (; spent < SINGLE_MS; turns += 1) spent += await timeOne(peer, list[turns % list.length], token);
  return (turns * 1000) / spent;
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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

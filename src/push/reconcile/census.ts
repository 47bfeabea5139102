/**
 * Brings a listing of the target together with our links (R22): what is there, what is gone, what nobody owns. What a listing
 * lacks is asked for one by one, because pages shift while they are read; absence is concluded where it was complete, too.
 */
import pMap from 'p-map';
import type { Link } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import type { Capabilities } from '../capabilities.js';
import { idOf } from '../client/resource-id.js';
import { pathOf, type TargetClient } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import { type Listing, listAll } from '../list.js';
import { linkedId } from '../plan/input.js';
import type { TargetProfile } from '../profile.js';
import { isAnother } from '../recognise.js';
import { isInactive } from '../shape/fit.js';

export interface Census {
  /** By bridge id: what the target shows of each linked resource. */
  seen: Map<string, JsonObject>;
  /** Bridge ids of the resources that are gone for certain. */
  gone: string[];
  /** Target ids of ours that were nowhere to be seen, gone for certain or not. */
  unseen: ReadonlySet<string>;
  /** Resources that a complete listing lacks, when there are too many for anything to be concluded. */
  implausible: number;
  /** Target ids. */
  unowned: string[];
  shared: { targetId: string; subjects: string[] }[];
  shown: number;
  pages: number;
  complete: boolean;
  refused: string | null;
}

export interface CensusInput {
  client: TargetClient;
  endpoint: string;
  profile: TargetProfile;
  capabilities: Capabilities;
  links: ReadonlyMap<string, Link>;
  /** Somebody said that everything which is missing is gone indeed. */
  believesAll?: boolean | undefined;
}

/** So many may be gone at once, whatever the size of the company; beyond it, a share of all. */
const FEW = 5;
const SHARE = 0.2;

export async function takeCensus(input: CensusInput): Promise<Census> {
  const listing = await listOrSayWhy(input);
  const { resources, complete, pages, refused } = listing;
  const byId = new Map(resources.map((resource) => [idOf(resource) ?? '', resource]));
  const owners = ownersOf(input.links);
  const census: Census = {
    seen: new Map(),
    gone: [],
    unseen: new Set(),
    implausible: 0,
    unowned: [...byId.keys()].filter((id) => !owners.has(id)),
    shared: [],
    shown: byId.size,
    pages,
    complete,
    refused,
  };
  const absent: { subject: string; targetId: string }[] = [];
  for (const [targetId, subjects] of owners) {
    const [subject = '', second] = subjects;
    const resource = byId.get(targetId);
    if (second !== undefined) census.shared.push({ targetId, subjects });
    else if (resource !== undefined) census.seen.set(subject, resource);
    // Targets purge accounts that are switched off: nobody misses them.
    else if (refused === null && !isInactive(input.links.get(subject)?.sent))
      absent.push({ subject, targetId });
  }
  census.unseen = new Set(absent.map(({ targetId }) => targetId));
  await completeSeen(input, census);
  const isPlausible = absent.length <= Math.max(FEW, owners.size * SHARE);
  // A listing that was cut short lacks many, and says nothing by it; few are asked for one by one.
  if (!isPlausible && !complete) return census;
  if (!isPlausible && input.believesAll !== true) return { ...census, implausible: absent.length };
  await confirmAbsence(absent, input, census);
  const unseen = absent.filter(({ subject }) => !census.seen.has(subject));
  return { ...census, unseen: new Set(unseen.map(({ targetId }) => targetId)) };
}

/** A target that lists nothing is pushed to all the same; one that is down is not. */
async function listOrSayWhy(input: CensusInput): Promise<Listing & { refused: string | null }> {
  try {
    return { ...(await listAll(input.client, input.endpoint, input)), refused: null };
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind !== 'refused' || error.status === 401) throw error;
    return { resources: [], complete: false, pages: 0, refused: error.message };
  }
}

/** Where a list shows less than a single read, ours are read singly; who cannot be is compared with nothing. */
async function completeSeen(
  { client, endpoint, profile, links }: CensusInput,
  { seen }: Pick<Census, 'seen'>,
): Promise<void> {
  if (profile.lists === 'full') return;
  const look = async (subject: string) => {
    const resource = await readOne(client, endpoint, links.get(subject));
    if (typeof resource === 'string') seen.delete(subject);
    else seen.set(subject, resource);
  };
  await pMap([...seen.keys()], look, { concurrency: profile.concurrency });
}

/** An answer about another resource says nothing of this one, as none would. */
async function readOne(
  client: TargetClient,
  endpoint: string,
  link: Link | undefined,
): Promise<JsonObject | 'gone' | 'refused'> {
  const targetId = linkedId(link) ?? '';
  try {
    const shown = await client.get(pathOf(endpoint, targetId));
    return isAnother(shown, targetId, link?.sent ?? null) ? 'refused' : shown;
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind !== 'refused' || error.status === 401) throw error;
    return error.status === 404 || error.status === 410 ? 'gone' : 'refused';
  }
}

async function confirmAbsence(
  absent: readonly { subject: string }[],
  { client, endpoint, profile, links }: CensusInput,
  census: Census,
): Promise<void> {
  const look = async ({ subject }: { subject: string }) => {
    const resource = await readOne(client, endpoint, links.get(subject));
    if (typeof resource !== 'string') census.seen.set(subject, resource);
    else if (resource === 'gone' && census.complete) census.gone.push(subject);
  };
  await pMap(absent, look, { concurrency: profile.concurrency });
}

function ownersOf(links: ReadonlyMap<string, Link>): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const [subject, link] of links) {
    const targetId = linkedId(link);
    if (targetId === null) continue;
    const others = owners.get(targetId);
    if (others === undefined) owners.set(targetId, [subject]);
    else others.push(subject);
  }
  return owners;
}

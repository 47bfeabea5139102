/** One configured target, opened for a run: its profile, client and what is known of its capabilities. */
import type { Clock } from '../clock.js';
import type { TargetConfig } from '../config/schema.js';
import { BridgeError } from '../errors.js';
import type { Capabilities } from '../push/capabilities.js';
import type { Journal } from '../push/client/journal.js';
import { createTargetClient, type TargetClient } from '../push/client/target-client.js';
import { TargetError } from '../push/client/target-error.js';
import { discover } from '../push/discovery.js';
import { heed, heedAgain, type Lesson } from '../push/lessons.js';
import { loadProfile } from '../push/load-profile.js';
import type { TargetProfile } from '../push/profile.js';
import { isInTime } from '../store/in-time.js';
import type { Collection } from '../store/store.js';
import type { CapabilityRecord } from './state.js';
import { policyOf, profileOptions, type TargetPolicy } from './target-policy.js';

export interface Target {
  name: string;
  config: TargetConfig;
  profile: TargetProfile;
  policy: TargetPolicy;
  client: TargetClient;
  /** Tells about every exchange from now on; gives the way to stop. */
  listen(listener: Journal): () => void;
}

/** How long a discovery is believed when something is to be sent: what a target supports changes with its releases. */
const DISCOVERY_LIVES_MS = 24 * 3_600_000;

/**
 * Opens a target; connects to nothing yet.
 * @throws BridgeError or FileError when its profile, address or credentials are unusable (exit code 2)
 */
export function openTarget(
  name: string,
  config: TargetConfig,
  options: { clock: Clock; journal?: Journal | undefined; permit?: () => Promise<void> },
): Target {
  const profile = loadProfile(config.profile, profileOptions(config));
  const listeners = new Set<Journal>(options.journal === undefined ? [] : [options.journal]);
  const client = createTargetClient({
    url: config.url,
    profile,
    token: config.token,
    headers: config.headers,
    clock: options.clock,
    permit: options.permit,
    journal: (exchange) => {
      for (const listener of listeners) listener(exchange);
    },
  });
  const listen = (listener: Journal) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return { name, config, profile, policy: policyOf(config), client, listen };
}

/** Where nobody has ever answered, the address is wrong rather than the target down: exit code 2. */
function asWrongAddress(error: unknown): unknown {
  if (!(error instanceof TargetError) || error.kind !== 'unreachable') return error;
  const { code, message, remedy } = error;
  return new BridgeError(code, message, { remedy, exitCode: 2, cause: error });
}

/** What the target supported when it was asked last; undefined when it never was. */
export async function recallCapabilities(
  target: Target,
  stored: Collection<CapabilityRecord>,
): Promise<Capabilities | undefined> {
  const known = await stored.get(target.name);
  return known?.url === target.config.url ? known.capabilities : undefined;
}

/**
 * What the target supports: as stored by an earlier run while that is fresh, else discovered and stored.
 * @param options.afresh discovers in any case
 */
export async function learnCapabilities(
  target: Target,
  stored: Collection<CapabilityRecord>,
  clock: Clock,
  { afresh = false } = {},
): Promise<Capabilities> {
  const known = await stored.get(target.name);
  const isFresh =
    known?.capabilities.at && clock.now() - Date.parse(known.capabilities.at) < DISCOVERY_LIVES_MS;
  if (!afresh && known !== undefined && known.url === target.config.url && isFresh) return known.capabilities;
  const hasAnswered = known?.url === target.config.url;
  const discovered = await discover(target.client, new Date(clock.now()).toISOString()).catch((error) => {
    throw hasAnswered ? error : asWrongAddress(error);
  });
  const lessons = hasAnswered ? known.capabilities.lessons : [];
  const capabilities = heedAgain(discovered, lessons, clock.now());
  const record = { id: target.name, version: known?.version ?? 0, url: target.config.url, capabilities };
  // Somebody else may have learnt the same meanwhile.
  await isInTime(() => stored.put([record]));
  return capabilities;
}

/** Keeps what the answers of a target taught, for the runs to come. */
export async function keepLessons(
  target: Target,
  stored: Collection<CapabilityRecord>,
  lessons: readonly Lesson[],
): Promise<void> {
  const known = await stored.get(target.name);
  if (known === undefined || lessons.length === 0) return;
  const capabilities = lessons.reduce(heed, known.capabilities);
  // Where a check discovered the target meanwhile, the next run learns it again.
  await isInTime(() => stored.put([{ ...known, capabilities }]));
}

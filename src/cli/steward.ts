/** What the commands about people share: they work on the state, which a running `serve` keeps to itself. */
import { BridgeError } from '../errors.js';
import { printProvenance } from '../identity/explain.js';
import type { Explanation } from '../steward/explain.js';
import type { Steward } from '../steward/steward.js';
import { withBridge } from './context.js';
import { findAdminAddress } from './health.js';
import type { Output } from './output.js';

/**
 * Hands the operations of a configuration's bridge to `work`.
 * @param route of the admin API that does the same, for when the state is in use
 */
export async function withSteward<T>(
  config: string,
  output: Output,
  route: string,
  work: (steward: Steward) => Promise<T>,
): Promise<T> {
  return hintingAt(
    config,
    route,
    withBridge(config, output, ({ steward }) => work(steward)),
  );
}

/** Tells whoever finds the state in use by a `serve` which of its routes does the same. */
export async function hintingAt<T>(config: string, route: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== 'STORE_LOCKED') throw error;
    throw new BridgeError('STORE_LOCKED', error.message, {
      remedy: `A running \`lucca-scim serve\` does this itself: ${route} at ${findAdminAddress(config)}, with a token of role admin. Otherwise: ${error.remedy}`,
      cause: error,
    });
  }
}

export function printExplanation(explanation: Explanation, output: Output): void {
  output.data(explanation);
  const { id, luccaId, idpOnly, sources, targets, values } = explanation;
  output.line(`Person ${id}${idpOnly ? ', not known to Lucca' : `, Lucca ${luccaId}`}`);
  for (const { source, sourceId, at, deletedAt, stale } of sources) {
    const state = deletedAt ? `deleted ${deletedAt}` : stale ? `silent since ${stale}` : `last word ${at}`;
    output.line(`  ${source}${sourceId === null ? '' : ` ${sourceId}`}: ${state}`);
  }
  for (const { target, state, targetId } of targets) output.line(`  → ${target}: ${state} ${targetId ?? ''}`);
  for (const value of values) for (const line of printProvenance(value)) output.line(line);
}

/** `lucca-scim people`: values set by hand, values handed back to Lucca, and people who are erased. */
import { BridgeError } from '../errors.js';
import { isJsonObject, type JsonObject } from '../json.js';
import type { Erased } from '../upkeep/erase.js';
import { operator } from './conflicts.js';
import { withBridge } from './context.js';
import type { Output } from './output.js';
import { hintingAt, printExplanation, withSteward } from './steward.js';

export interface OverrideOptions {
  config: string;
  author?: string;
  expires?: string;
}

/** @param attributes SCIM attributes as JSON, as in `{"title": "Buyer"}` */
export function override(
  person: string,
  attributes: string,
  { config, author = operator(), expires = undefined }: OverrideOptions,
  output: Output,
): Promise<number> {
  const values = { attributes: readAttributes(attributes), author, expiresAt: expires ?? null };
  return withSteward(config, output, 'POST /people/{id}/override', async (steward) => {
    printExplanation(await steward.override(person, values), output);
    return 0;
  });
}

export interface HandBackOptions {
  config: string;
  source?: string;
  attribute?: string[];
  everybody?: boolean;
}

/** @param person left out with `--everybody` */
export function handBack(
  person: string | undefined,
  { config, source, attribute, everybody }: HandBackOptions,
  output: Output,
): Promise<number> {
  const isForAll = everybody === true;
  if (isForAll === (person !== undefined) || (isForAll && source === undefined)) {
    throw wrongUsage(
      'Name a person, or everybody of one source.',
      'people hand-back 4711; or people hand-back --everybody --source idp:okta',
    );
  }
  const route = isForAll ? 'POST /sources/{source}/hand-back' : 'POST /people/{id}/hand-back';
  return withSteward(config, output, route, async (steward) => {
    if (person !== undefined) {
      printExplanation(await steward.handBack(person, { source, attributes: attribute }), output);
    } else if (source !== undefined) {
      const people = await steward.handBackSource(source, attribute);
      output.data({ people });
      output.line(`${people} people are Lucca's again in what ${source} said of them.`);
    }
    return 0;
  });
}

export interface EraseOptions {
  config: string;
  author?: string;
  force?: boolean;
}

/** Exit code 3 when Lucca still shows the person, unless it is forced. */
export function erase(
  person: string,
  { config, author = operator(), force = false }: EraseOptions,
  output: Output,
): Promise<number> {
  const erasing = withBridge(config, output, (bridge) => bridge.erase(person, { by: author, force }));
  return hintingAt(config, 'POST /people/{id}/erase', erasing).then((erased) => {
    printErasure(erased, output);
    return 0;
  });
}

function printErasure({ receipt, accounts }: Erased, output: Output): void {
  output.data({ receipt, accounts });
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([collection, count]) => `${collection} ${count}`)
      .join(', ') || 'none';
  output.line(`Erased on ${receipt.at}, receipt ${receipt.id}.`);
  output.line(`  records removed: ${list(receipt.removed)}; shortened: ${list(receipt.shortened)}`);
  const ids = new Map(accounts.map(({ target, targetId }) => [target, ` ${targetId}`]));
  for (const target of receipt.accountsLeft) {
    output.line(`  → ${target} still has the account${ids.get(target) ?? ''}: delete it there.`);
  }
  for (const { file, takenAt } of receipt.backups) {
    output.line(`  → the backup of ${takenAt} holds the person: ${file}. Restoring it leaves them out.`);
  }
  output.line('Keep this receipt: with --json it can be handed to `state restore --receipts`.');
}

function readAttributes(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below: the text itself may be personal.
  }
  throw wrongUsage('The attributes are no JSON object.', `people override 4711 '{"title": "Buyer"}'`);
}

function wrongUsage(message: string, example: string): BridgeError {
  return new BridgeError('USAGE', message, { remedy: `As in: lucca-scim ${example}`, exitCode: 2 });
}

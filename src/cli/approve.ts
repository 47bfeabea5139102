/** `lucca-scim approve`: lets exactly one plan through, once. */
import { operator } from './conflicts.js';
import { withBridge } from './context.js';
import type { Output } from './output.js';
import { hintingAt } from './steward.js';

export interface ApproveOptions {
  config: string;
  target?: string;
  by?: string;
  expires?: string;
}

/** @param hash of a plan, as `plan` and a refused `push` print it */
export function approve(
  hash: string,
  { config, target, by = operator(), expires }: ApproveOptions,
  output: Output,
): Promise<number> {
  return hintingAt(
    config,
    'POST /plans/{hash}/approve',
    withBridge(config, output, async (bridge) => {
      const approval = await bridge.approve(hash, { by, target, validFor: expires });
      output.data(approval);
      output.line(`Approved for ${approval.target}, by ${approval.by}, once, until ${approval.expiresAt}.`);
      output.line(
        `    → lucca-scim push --target ${approval.target}, or push --plan ${approval.hash.slice(0, 12)}`,
      );
      return 0;
    }),
  );
}

/**
 * Where a command's words go. Results and lines for people go to standard output, progress and logs to standard error, so
 * that `--json` output can be piped: with `--json`, standard output holds nothing but JSON.
 */
import { progress as drawProgress, type ProgressResult } from '@clack/prompts';
import { BridgeError } from '../errors.js';
import type { OnProgress } from '../progress.js';

export interface Output {
  readonly json: boolean;
  /** A line for a person; nothing with `--json`. */
  line(text?: string): void;
  /** One JSON document on one line; nothing without `--json`. */
  data(value: unknown): void;
  onProgress: OnProgress;
  /** Takes the progress bar away before other output. */
  endProgress(): void;
}

export function createOutput(options: { json: boolean; quiet?: boolean }): Output {
  const drawing =
    options.quiet === true ? noDrawing : process.stderr.isTTY ? createBar() : createPlainLines();
  return {
    json: options.json,
    line(text = '') {
      drawing.end();
      if (!options.json) process.stdout.write(`${text}\n`);
    },
    data(value) {
      drawing.end();
      if (options.json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    onProgress: drawing.show,
    endProgress: drawing.end,
  };
}

interface Drawing {
  show: OnProgress;
  end(): void;
}

const noDrawing: Drawing = { show: () => {}, end: () => {} };

function createBar(): Drawing {
  let bar: ProgressResult | undefined;
  let label = '';
  let drawn = 0;
  const end = () => {
    bar?.stop(label);
    bar = undefined;
  };
  return {
    show({ label: next, done, total }) {
      if (next !== label) {
        end();
        label = next;
      }
      if (bar === undefined) {
        bar = drawProgress({ max: total ?? Math.max(done, 1), output: process.stderr });
        bar.start(label);
        drawn = 0;
      }
      bar.advance(done - drawn, total === null ? label : `${label} ${done}/${total}`);
      drawn = done;
      if (total !== null && done >= total) end();
    },
    end,
  };
}

/** Without a terminal: one line when a step begins and one when it is complete. */
function createPlainLines(): Drawing {
  let label = '';
  return {
    show({ label: next, done, total }) {
      const complete = total !== null && done >= total;
      if (next === label && !complete) return;
      process.stderr.write(total === null ? `${next}\n` : `${next} ${done}/${total}\n`);
      label = complete ? '' : next;
    },
    end: () => {},
  };
}

/** Writes an error for a person (or as JSON) and returns the exit code of the command. */
export function reportError(error: unknown, output: Pick<Output, 'json'>): number {
  const known = error instanceof BridgeError;
  const code = known ? error.code : 'UNEXPECTED';
  const message = error instanceof Error ? error.message : String(error);
  const remedy = known
    ? error.remedy
    : 'This is a fault of the bridge: please report it with the lines above.';
  if (output.json) process.stdout.write(`${JSON.stringify({ error: { code, message, remedy } })}\n`);
  else process.stderr.write(`${code}: ${message}\n  → ${remedy}\n`);
  if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known ? error.exitCode : 1;
}

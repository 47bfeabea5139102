#!/usr/bin/env node
/** `lucca-scim`: each command is a thin shell over the Bridge; this file only knows their names and options. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { check } from './check.js';
import { demo } from './demo/demo.js';
import { init } from './init.js';
import { createOutput, reportError } from './output.js';
import { plan } from './plan.js';
import { push } from './push.js';
import { simulateLucca, simulateTarget } from './simulate.js';
import { translate } from './translate.js';

const WRONG_USAGE = 2;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('lucca-scim')
  .description('Provisions the people and groups of a Lucca directory to any SCIM 2.0 target.')
  .version(version)
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 some people failed, 2 wrong usage or configuration, 3 refused by a guard.',
  );

const config = () =>
  new Option('-c, --config <file>', 'configuration file').default('bridge.yaml').env('LUCCA_SCIM_CONFIG');
const json = () => new Option('--json', 'machine-readable output on standard output');
const target = () => new Option('-t, --target <name...>', 'only these targets');
const at = () =>
  new Option(
    '--at <instant>',
    'judge every date as of then, e.g. 2026-12-01 or 2026-12-01T00:00:00+01:00',
  ).argParser(readInstant);

program
  .command('demo')
  .description(
    'the whole job against simulators that come with the package: check, plan, push, push again, change, push',
  )
  .addOption(new Option('--people <n>', 'size of the simulated company').default(1000).argParser(readCount))
  .option('--once', 'end after the story instead of staying up')
  .addOption(json())
  .action(run(demo));

program
  .command('init')
  .description('ask for the Lucca address, credentials and target, and write bridge.yaml')
  .addOption(config())
  .option('--force', 'overwrite an existing file')
  .action(run(init));

program
  .command('check')
  .description('what the Lucca credentials may see, data set by data set, and what the targets support')
  .addOption(config())
  .addOption(target())
  .addOption(json())
  .action(run(check));

program
  .command('translate')
  .description('people and groups as SCIM resources; asks no target')
  .addOption(config())
  .option('-p, --person <id>', 'one person, by Lucca id')
  .addOption(at())
  .addOption(json().helpGroup('With --json, one SCIM resource a line.'))
  .action(run(translate));

program
  .command('plan')
  .description('what a push would do, person by person; writes nothing')
  .addOption(config())
  .addOption(target())
  .addOption(at())
  .addOption(json())
  .action(run(plan));

program
  .command('push')
  .description('read Lucca, plan, and write to the targets')
  .addOption(config())
  .addOption(target())
  .addOption(at())
  .addOption(json())
  .action(run(push));

const simulate = program
  .command('simulate')
  .description('run a simulator on a loopback port until interrupted');

simulate
  .command('lucca')
  .description('a Lucca tenant: v3, v4 and current API, quota, rights and faults')
  .addOption(
    new Option('--people <n>', 'generate a company of this size instead of the hand-made one').argParser(
      readCount,
    ),
  )
  .addOption(new Option('--seed <text>', 'seed of the generated company').default('lucca'))
  .addOption(new Option('--port <n>', 'port; any free one when left out').default(0).argParser(readCount))
  .addOption(json())
  .action(run(simulateLucca));

simulate
  .command('target')
  .description('a SCIM target that keeps everything in memory')
  .addOption(new Option('--port <n>', 'port; any free one when left out').default(0).argParser(readCount))
  .addOption(new Option('--token <text>', 'bearer token that clients must send').default('target-token'))
  .addOption(json())
  .action(run(simulateTarget));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
}

type Action<O> = (options: O, output: ReturnType<typeof createOutput>) => Promise<number>;

/** Runs an action, turns what it throws into words, and sets the exit code. */
function run<O extends object>(action: Action<O>): (options: O & { json?: boolean }) => Promise<void> {
  return async (options) => {
    const output = createOutput({ json: options.json === true });
    try {
      process.exitCode = await action(options, output);
    } catch (error) {
      output.endProgress();
      process.exitCode = reportError(error, output);
    }
  };
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('It must be a whole number.');
}

function readInstant(text: string): string {
  if (!Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError(
    'It must be a date or date and time, as in 2026-12-01 or 2026-12-01T00:00:00+01:00.',
  );
}

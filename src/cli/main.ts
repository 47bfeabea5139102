#!/usr/bin/env node
/** `lucca-scim`: each command is a thin shell over the Bridge; this file only knows their names and options. */
import './heap.js';
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { check } from './check.js';
import { dismissConflict, linkConflict, listConflicts, unlink } from './conflicts.js';
import { demo } from './demo/demo.js';
import { explain } from './explain.js';
import { health } from './health.js';
import { init } from './init.js';
import { createOutput, reportError } from './output.js';
import { handBack, override } from './people.js';
import { plan } from './plan.js';
import { push } from './push.js';
import { serve } from './serve.js';
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

const host = () => new Option('--host <address>', 'instead of server.host').env('LUCCA_SCIM_HOST');
const port = () =>
  new Option('--port <n>', 'instead of server.port').argParser(readCount).env('LUCCA_SCIM_PORT');

program
  .command('serve')
  .description('the SCIM endpoint, the admin API, health and the schedule in one process')
  .addOption(config())
  .addOption(host())
  .addOption(port())
  .addOption(json())
  .action(run(serve));

program
  .command('health')
  .description('ask the serve of this machine how it is: exit 0 when all is well, else 1')
  .addOption(config())
  .addOption(host())
  .addOption(port())
  .addOption(json())
  .action(run(health));

program
  .command('explain')
  .description('why a person is as they are: every value with its source, its rule, and what others say')
  .argument('<person>', 'bridge id, Lucca id or userName')
  .addOption(config())
  .addOption(json())
  .action(run(explain));

const conflicts = program.command('conflicts').description('what the bridge will not decide by itself');

conflicts
  .command('list')
  .description('what waits for a decision; exit 1 when something does')
  .option('--all', 'what was decided too')
  .addOption(config())
  .addOption(json())
  .action(run(listConflicts));

conflicts
  .command('link')
  .description('this person is the one who is meant')
  .argument('<conflict>', 'its id')
  .argument('<person>', 'bridge id, Lucca id or userName')
  .addOption(config())
  .addOption(json())
  .action(run(linkConflict));

conflicts
  .command('unlink')
  .description("a source's resource is somebody else than this person")
  .argument('<person>', 'bridge id, Lucca id or userName')
  .argument('<source>', 'as in idp:okta')
  .addOption(config())
  .addOption(json())
  .action(run(unlink));

conflicts
  .command('dismiss')
  .description('all is well as it is')
  .argument('<conflict>', 'its id')
  .addOption(config())
  .addOption(json())
  .action(run(dismissConflict));

const people = program.command('people').description('values set by hand, and values handed back to Lucca');

people
  .command('override')
  .description('set values by hand, which beat every source')
  .argument('<person>', 'bridge id, Lucca id or userName')
  .argument('<attributes>', 'SCIM attributes as JSON')
  .option('--author <name>', 'who says so; your user name when left out')
  .addOption(
    new Option('--expires <instant>', 'until when they hold; for good when left out').argParser(readInstant),
  )
  .addOption(config())
  .addOption(json())
  .action(run(override));

people
  .command('hand-back')
  .description('let Lucca count again where an IdP, a target or somebody by hand said something else')
  .argument('[person]', 'bridge id, Lucca id or userName')
  .option('--source <name>', 'only what this source says')
  .option('--attribute <path...>', 'only these, as explain names them; everything when left out')
  .option('--everybody', 'of everybody about whom the source speaks')
  .addOption(config())
  .addOption(json())
  .action(run(handBack));

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

type Action<A extends unknown[]> = (...words: [...A, ReturnType<typeof createOutput>]) => Promise<number>;

/**
 * Runs an action, turns what it throws into words, and sets the exit code. Commander hands over the arguments, the options, and
 * the command itself, in whose place the action gets the output.
 */
function run<A extends unknown[]>(action: Action<A>): (...words: [...A, Command]) => Promise<void> {
  return async (...words) => {
    const command = words.at(-1) as Command;
    const given = words.slice(0, -1) as unknown as A;
    const output = createOutput({ json: command.opts().json === true });
    try {
      process.exitCode = await action(...given, output);
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

#!/usr/bin/env node
/** `lucca-scim`: each command is a thin shell over the Bridge; this file only knows their names and options. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PRESET_NAMES } from '../testing/target/index.js';
import { approve } from './approve.js';
import { check } from './check.js';
import { dismissConflict, linkConflict, listConflicts, settleConflict, unlink } from './conflicts.js';
import { demo } from './demo/demo.js';
import { explain } from './explain.js';
import { health } from './health.js';
import { collectSooner } from './heap.js';
import { init } from './init.js';
import { createOutput, reportError } from './output.js';
import { erase, handBack, override } from './people.js';
import { plan } from './plan.js';
import { push } from './push.js';
import { serve } from './serve.js';
import { simulateLucca, simulateTarget } from './simulate.js';
import {
  backupState,
  exportState,
  migrateState,
  restoreState,
  salvageStateFiles,
  verifyStateFiles,
} from './state.js';
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
const remake = () =>
  new Option('--remake', 'with --reconcile: make anew what is missing, even when nearly everything is');
const reconcile = () =>
  new Option('--reconcile', 'read the whole target and compare; without it, only what is needed is read');
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
  .addOption(reconcile())
  .addOption(remake())
  .addOption(at())
  .option(
    '--out <file...>',
    'keep the plan: as .xlsx for a spreadsheet, else as the document that push --plan takes',
  )
  .addOption(json())
  .action(run(plan));

program
  .command('approve')
  .description('let exactly one plan through, once: what is over budget in it, and the adoptions that wait')
  .argument('<hash>', 'of the plan, its first 8 characters or more')
  .option('-t, --target <name>', 'the target of the plan')
  .option('--by <name>', 'who approves; your user name when left out')
  .option('--expires <time>', 'how long it holds, as in 90m, 24h or 3d; a day when left out')
  .addOption(config())
  .addOption(json())
  .action(run(approve));

program
  .command('push')
  .description('read Lucca, plan, and write to the targets')
  .addOption(config())
  .addOption(target())
  .addOption(reconcile())
  .addOption(remake())
  .option('--plan <file>', 'only the rows of an earlier plan: a file of plan --out, or the hash of a plan')
  .option('-p, --person <id>', 'one person alone, step by step: bridge id, Lucca id, userName or e-mail')
  .addOption(at())
  .option('--ahead', 'even though --at lies more than a day ahead')
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
  .command('settle')
  .description('whose value counts from now on, where writers fight over it')
  .argument('<conflict>', 'its id')
  .requiredOption('--owner <source>', 'lucca, idp:NAME or target:NAME')
  .addOption(config())
  .addOption(json())
  .action(run(settleConflict));

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

people
  .command('erase')
  .description('remove a person from the state for good, with a receipt; accounts on targets stay')
  .argument('<person>', 'bridge id, Lucca id or userName')
  .option('--author <name>', 'who does it; your user name when left out')
  .option('--force', 'also somebody whom Lucca still shows: the next run brings them back')
  .addOption(config())
  .addOption(json())
  .action(run(erase));

const state = program.command('state').description('look after what the bridge remembers');
const replace = () => new Option('--replace', 'let everything that the state holds give way');

state
  .command('verify')
  .description('check every file, every checksum, and whether the records fit together; changes nothing')
  .addOption(config())
  .addOption(json())
  .action(run(verifyStateFiles));

state
  .command('backup')
  .description('write everything into one new file; beside a running serve too')
  .argument('<file>', 'to be made')
  .addOption(config())
  .addOption(json())
  .action(run(backupState));

state
  .command('restore')
  .description('put a backup into an empty state, all of it or nothing')
  .argument('<file>', 'made by state backup')
  .addOption(replace())
  .option('--receipts <file>', 'lines that people erase --json printed: these people are not brought back')
  .addOption(config())
  .addOption(json())
  .action(run(restoreState));

state
  .command('salvage')
  .description('go on with what can still be read of a damaged state; its files are kept aside')
  .addOption(config())
  .addOption(json())
  .action(run(salvageStateFiles));

state
  .command('export')
  .description('print every record as a line of JSON; beside a running serve too')
  .addOption(config())
  .action(run(exportState));

state
  .command('migrate')
  .description('copy everything into the state of another configuration')
  .requiredOption('--to <config>', 'configuration file that names the other state')
  .addOption(replace())
  .addOption(config())
  .addOption(json())
  .action(run(migrateState));

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
  .addOption(
    new Option('--profile <name>', 'a member of the zoo: docs/simulators.md')
      .default('strict')
      .choices(PRESET_NAMES),
  )
  .addOption(new Option('--port <n>', 'port; any free one when left out').default(0).argParser(readCount))
  .addOption(new Option('--token <text>', 'bearer token that clients must send').default('target-token'))
  .addOption(json())
  .action(run(simulateTarget));

// Whoever reads the output may have seen enough (`| head`): the work goes on, its words are lost.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

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
    if (command.name() !== 'serve') collectSooner();
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

/** The command line as it is declared. */
import { Command } from 'commander';
import { vi } from 'vitest';

/** The program of the command line, with its commands and options, without running it. */
export async function loadProgram(): Promise<Command> {
  let program: Command | undefined;
  const spy = vi.spyOn(Command.prototype, 'parseAsync').mockImplementation(async function (this: Command) {
    program = this;
    return this;
  });
  await import('../../src/cli/main.js');
  spy.mockRestore();
  if (program === undefined) throw new Error('main.ts parses nothing');
  return program;
}

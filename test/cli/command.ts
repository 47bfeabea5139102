/** Runs the built command as a user does: a process of its own, in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

/** The built command. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output, line by line, as JSON. */
  json(): unknown[];
}

export interface Workplace {
  folder: string;
  /** Writes a file into the folder; what is not text is written as YAML. */
  write(name: string, content: unknown): void;
  /** Runs `lucca-scim` with arguments; `environment` is all that it knows of the outside. */
  run(args: readonly string[], environment?: Record<string, string>): Promise<Ran>;
  clear(): void;
}

export function openWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'lucca-scim-test-'));
  return {
    folder,
    write: (name, content) =>
      writeFileSync(join(folder, name), typeof content === 'string' ? content : stringify(content)),
    run: (args, environment = {}) =>
      new Promise((resolve, reject) => {
        const env = { PATH: process.env.PATH, ...environment };
        const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env });
        let stdout = '';
        let stderr = '';
        child.stdout.on('data', (chunk) => {
          stdout += chunk;
        });
        child.stderr.on('data', (chunk) => {
          stderr += chunk;
        });
        child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr, json }));

        function json(): unknown[] {
          return stdout
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line));
        }
      }),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, parseConfig } from '../../src/config/load.js';
import { FileError } from '../../src/config/yaml-file.js';
import type { BridgeError } from '../../src/errors.js';
import { readCases } from '../cases.js';

interface Refused {
  name: string;
  text: string;
  problems: { line: number; column: number; message: string; remedy?: string }[];
}

describe('a configuration file that cannot be used is refused with file, line and remedy', () => {
  it.each(readCases<Refused[]>('config/refused.yaml'))('$name', ({ text, problems }) => {
    const error = catchError(() => parseConfig(text, 'bridge.yaml'));
    expect(error).toBeInstanceOf(FileError);
    const found = (error as FileError).problems;
    expect(found.map(({ line, column }) => ({ line, column }))).toEqual(
      problems.map(({ line, column }) => ({ line, column })),
    );
    problems.forEach((problem, index) => {
      expect(found[index]?.file).toBe('bridge.yaml');
      expect(found[index]?.message).toContain(problem.message);
      expect(found[index]?.remedy).toContain(problem.remedy ?? '');
      expect(found[index]?.remedy).not.toBe('');
    });
    expect((error as FileError).exitCode).toBe(2);
  });
});

describe('loading', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bridge-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (text: string) => {
    const path = join(folder, 'bridge.yaml');
    writeFileSync(path, text);
    return path;
  };
  const TEXT = [
    'lucca:',
    '  address: acme',
    '  apiKey: ${LUCCA_API_KEY}',
    'mapping: own.yaml',
    'targets:',
    '  travel:',
    '    profile: profiles/travel.yaml',
    '    url: https://travel.example/scim',
    '    token: { file: token.txt }',
    '    headers: { api-version: "1", x-key: "${X_KEY}" }',
  ].join('\n');

  it('fetches secrets from the environment and from files, and makes paths absolute', () => {
    writeFileSync(join(folder, 'token.txt'), 'secret-token\n');
    const config = loadConfig(write(TEXT), { LUCCA_API_KEY: 'key', X_KEY: 'x' });
    expect(config.lucca.apiKey).toBe('key');
    expect(config.lucca.quota).toEqual({ requestsPerMinute: 50, reserve: 5 });
    expect(config.state).toBe(join(folder, '.lucca-scim'));
    expect(config.mapping).toBe(join(folder, 'own.yaml'));
    expect(config.targets.travel).toMatchObject({
      profile: join(folder, 'profiles/travel.yaml'),
      url: 'https://travel.example/scim',
      token: 'secret-token',
      headers: { 'api-version': '1', 'x-key': 'x' },
    });
  });

  it.each([
    ['an environment variable that is not set', { X_KEY: 'x' }, 'LUCCA_API_KEY'],
    ['a file that is not there', { LUCCA_API_KEY: 'key', X_KEY: 'x' }, 'token.txt'],
  ])('names %s', (_, environment, name) => {
    const error = catchError(() => loadConfig(write(TEXT), environment));
    expect(error).toMatchObject({ code: 'CONFIG_SECRET_MISSING', exitCode: 2 });
    expect((error as BridgeError).message).toContain(name);
  });

  it('names a configuration file that is not there', () => {
    const error = catchError(() => loadConfig(join(folder, 'nowhere.yaml'), {}));
    expect(error).toMatchObject({ code: 'CONFIG_NOT_FOUND', exitCode: 2 });
    expect((error as BridgeError).remedy).toContain('lucca-scim init');
  });
});

function catchError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

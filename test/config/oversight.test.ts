import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-oversight-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(line: string, environment: Record<string, string> = {}) {
  const path = join(folder, 'bridge.yaml');
  writeFileSync(path, ['lucca: { address: acme, apiKey: "${LUCCA_API_KEY}" }', line].join('\n'));
  return loadConfig(path, { LUCCA_API_KEY: 'key', ...environment });
}

describe('metrics', () => {
  it('are off when nothing is said, and open at /metrics when nothing more is', () => {
    expect(load('').metrics).toBeUndefined();
    expect(load('metrics: {}').metrics).toEqual({ path: '/metrics' });
  });

  it('may have a token, which is a secret', () => {
    expect(load('metrics: { token: "${TOKEN}" }', { TOKEN: 'abc' }).metrics?.token).toBe('abc');
    expect(() => load('metrics: { token: abc }')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});

describe('the address of alerts', () => {
  it.each([
    'https://alerts.example/hook',
    'http://127.0.0.1:9000/hook',
    'http://localhost/hook',
    'http://[::1]/',
  ])('may be %s', (address) => {
    expect(load(`alerts: { webhook: "${address}" }`).alerts).toEqual({ webhook: address });
  });

  it.each(['http://alerts.example/hook', 'http://127.0.0.1.example/', 'ftp://127.0.0.1/', 'alerts.example'])(
    'may not be %s, in the file or in the environment',
    (address) => {
      expect(() => load(`alerts: { webhook: "${address}" }`)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      );
      const inEnvironment = () => load('alerts: { webhook: "${HOOK}" }', { HOOK: address });
      expect(inEnvironment).toThrow(expect.objectContaining({ code: 'ALERTS_ADDRESS_INVALID' }));
      expect(inEnvironment).not.toThrow(address);
    },
  );

  it('may be a secret as a whole', () => {
    const HOOK = 'https://alerts.example/key';
    expect(load('alerts: { webhook: "${HOOK}" }', { HOOK }).alerts).toEqual({ webhook: HOOK });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-server-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const LUCCA = ['lucca:', '  address: acme', '  apiKey: ${LUCCA_API_KEY}'];

function load(lines: readonly string[], environment: Record<string, string> = {}) {
  const path = join(folder, 'bridge.yaml');
  writeFileSync(path, [...LUCCA, ...lines].join('\n'));
  return loadConfig(path, { LUCCA_API_KEY: 'key', ...environment });
}

describe('the schedule', () => {
  it('is once a day in the early morning of Paris when nothing is said', () => {
    expect(load([]).schedule).toEqual({ cron: '0 5 * * *', timeZone: 'Europe/Paris', alarmAfter: 3 });
  });

  it('may be another, or none', () => {
    expect(load(['schedule: { cron: "*/30 * * * *", timeZone: Asia/Tokyo }']).schedule).toMatchObject({
      cron: '*/30 * * * *',
      timeZone: 'Asia/Tokyo',
    });
    expect(load(['schedule: false']).schedule).toBe(false);
  });
});

describe('the server', () => {
  it('is not there unless asked for', () => {
    expect(load([]).server).toBeUndefined();
  });

  it('listens on this machine only when nothing is said', () => {
    expect(load(['server: {}']).server).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      basePath: '/scim/v2',
      adminPath: '/admin',
      clients: [],
      idpOnly: 'serve',
      unknownMembers: 'refuse',
      openDiscovery: true,
    });
  });

  it('fetches every token of a client, and finds own views beside the file', () => {
    writeFileSync(join(folder, 'new-token'), 'from-a-file\n');
    const { server } = load(
      [
        'server:',
        '  clients:',
        '    - name: optima',
        '      role: reader',
        '      view: optima-hr',
        '      tokens: ["${OLD_TOKEN}", { file: new-token }]',
        '    - { name: own, role: reader, view: views/own.yaml, tokens: ["${OWN}"] }',
      ],
      { OLD_TOKEN: 'from-the-environment', OWN: 'own' },
    );
    expect(server?.clients).toEqual([
      { name: 'optima', role: 'reader', view: 'optima-hr', tokens: ['from-the-environment', 'from-a-file'] },
      { name: 'own', role: 'reader', view: join(folder, 'views/own.yaml'), tokens: ['own'] },
    ]);
  });

  it('finds the views of an OAuth issuer beside the file too', () => {
    const { server } = load([
      'server:',
      '  oauth:',
      '    issuer: https://login.example',
      '    jwksUrl: https://login.example/keys',
      '    audience: scim',
      '    scopes:',
      '      scim.read: { role: reader, view: own.yml }',
      '      scim.write: { role: idp }',
    ]);
    expect(server?.oauth?.scopes).toEqual({
      'scim.read': { role: 'reader', view: join(folder, 'own.yml') },
      'scim.write': { role: 'idp' },
    });
  });
});

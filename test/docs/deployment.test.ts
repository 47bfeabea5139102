/** The examples of docs/deployment fit together, and with what the command and the bridge really take. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { parseConfig } from '../../src/config/load.js';
import { serve } from '../../src/serve/serve.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { ROOT } from './pages.js';
import { loadProgram } from './program.js';

const read = (name: string): string => readFileSync(join(ROOT, 'docs/deployment', name), 'utf8');

const BRIDGE = read('bridge.yaml');
/** The variables that bridge.yaml takes its secrets from. */
const VARIABLES = [...new Set([...BRIDGE.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))].sort();

let program: Command;
beforeAll(async () => {
  program = await loadProgram();
});

/** Checks the words after `lucca-scim`, and gives the options. */
function readArguments(words: readonly string[]): Record<string, string> {
  const [name, ...rest] = words;
  const command = program.commands.find((each) => each.name() === name);
  const known = command?.options.map(({ long }) => long) ?? [];
  const options = Object.fromEntries(
    rest.flatMap((word, at) => (word.startsWith('--') ? [[word, rest[at + 1] ?? '']] : [])),
  );
  expect(Object.keys(options).filter((option) => !known.includes(option))).toEqual([]);
  return options;
}

it('bridge.yaml is what the bridge takes', () => {
  const { store, metrics } = parseConfig(BRIDGE, 'bridge.yaml');
  expect(store).toBeDefined();
  expect(metrics).toBeDefined();
  expect(VARIABLES.length).toBeGreaterThan(4);
});

describe('docker-compose.yml', () => {
  const { services, volumes } = parse(read('docker-compose.yml')) as {
    services: Record<string, Service>;
    volumes: object;
  };
  interface Service {
    build?: string;
    command?: string[];
    environment: Record<string, string>;
    volumes: string[];
    ports?: string[];
    deploy?: { replicas: number };
    depends_on?: object;
  }
  const { bridge, postgres } = services as { bridge: Service; postgres: Service };

  it('starts two bridges that serve, and publishes their port', () => {
    const options = readArguments(bridge.command ?? []);
    expect(options['--host']).toBe('0.0.0.0');
    const [published = ''] = bridge.ports ?? [];
    expect(published.split(':').at(-1)).toBe(options['--port']);
    const [first = 0, last = 0] = published.split(':')[1]?.split('-').map(Number) ?? [];
    expect(last - first + 1).toBe(bridge.deploy?.replicas);
    expect(bridge.deploy?.replicas).toBe(2);
  });

  it('gives every secret that bridge.yaml names', () => {
    expect(Object.keys(bridge.environment).sort()).toEqual(VARIABLES);
  });

  it('leads to the database that it starts', () => {
    const { hostname, port, username, pathname } = new URL(
      bridge.environment.DATABASE_URL?.replace(/\$\{.*?\}/, 'secret') ?? '',
    );
    expect(Object.keys(services)).toContain(hostname);
    expect(Object.keys(bridge.depends_on ?? {})).toEqual([hostname]);
    expect(port).toBe('5432');
    expect(username).toBe(postgres.environment.POSTGRES_USER);
    expect(pathname).toBe(`/${postgres.environment.POSTGRES_DB}`);
  });

  it('builds the Dockerfile of this project, and mounts what is there', () => {
    expect(join(ROOT, 'docs/deployment', bridge.build ?? '', 'Dockerfile')).toBe(join(ROOT, 'Dockerfile'));
    const workdir = /WORKDIR (\/data)\n(?!.*WORKDIR)/s.exec(
      readFileSync(join(ROOT, 'Dockerfile'), 'utf8'),
    )?.[1];
    expect(bridge.volumes).toEqual([`./bridge.yaml:${workdir}/bridge.yaml:ro`]);
    expect(postgres.volumes[0]?.split(':')[0]).toBe(Object.keys(volumes)[0]);
  });
});

interface Workload {
  kind: string;
  metadata: { name: string };
  spec: {
    replicas: number;
    selector: { matchLabels?: object; app?: string };
    template: { metadata: { labels: object }; spec: Pod };
    volumeClaimTemplates?: { metadata: { name: string } }[];
    ports?: { targetPort: string }[];
  };
}

interface Pod {
  terminationGracePeriodSeconds: number;
  containers: [
    {
      args: string[];
      ports: { name: string; containerPort: number }[];
      readinessProbe: Probe;
      livenessProbe: Probe;
      volumeMounts: { name: string; mountPath: string }[];
    },
  ];
  volumes: { name: string }[];
}

interface Probe {
  httpGet: { path: string; port: string };
}

describe.each([
  ['kubernetes.yaml', 'Deployment', 2],
  ['kubernetes-files.yaml', 'StatefulSet', 1],
])('%s', (file, kind, replicas) => {
  const [workload, service] = parseAllDocuments(read(file)).map((document) => document.toJS()) as [
    Workload,
    Workload,
  ];
  const { template, selector, volumeClaimTemplates = [] } = workload.spec;
  const [container] = template.spec.containers;

  it(`is a ${kind} of ${replicas}`, () => {
    expect(workload.kind).toBe(kind);
    expect(workload.spec.replicas).toBe(replicas);
    expect(selector.matchLabels).toEqual(template.metadata.labels);
    expect(service.spec.selector).toEqual(template.metadata.labels);
  });

  it('serves on the port that probes and service name', () => {
    const options = readArguments(container.args);
    const [port] = container.ports;
    expect(options['--port']).toBe(String(port?.containerPort));
    for (const probe of [container.readinessProbe, container.livenessProbe]) {
      expect(probe.httpGet.port).toBe(port?.name);
    }
    expect(service.spec.ports?.[0]?.targetPort).toBe(port?.name);
  });

  it('probes paths that answer 200 while nothing has run', async () => {
    const config = { lucca: { address: 'acme', apiKey: 'key' }, server: { port: 0 } };
    const served = await serve(config, { store: createMemoryStore() });
    try {
      for (const { httpGet } of [container.readinessProbe, container.livenessProbe]) {
        expect((await fetch(served.url + httpGet.path)).status).toBe(200);
      }
    } finally {
      await served.close();
    }
  });

  it('mounts the configuration, and a volume for state only where it is kept in files', () => {
    const mounts = container.volumeMounts.map(({ name }) => name);
    const named = [...template.spec.volumes, ...volumeClaimTemplates.map(({ metadata }) => metadata)];
    expect(mounts.sort()).toEqual(named.map(({ name }) => name).sort());
    expect(mounts.includes('state')).toBe(kind === 'StatefulSet');
    const folder = container.volumeMounts.find(({ name }) => name === 'config')?.mountPath;
    expect(readArguments(container.args)['--config']).toBe(`${folder}/bridge.yaml`);
  });
});

it('kubernetes.yaml names every secret that bridge.yaml needs', () => {
  for (const name of VARIABLES) expect(read('kubernetes.yaml')).toContain(name);
});

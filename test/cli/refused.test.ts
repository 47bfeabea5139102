import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type LuccaSimulator,
  startLuccaSimulator,
  startTargetSimulator,
  type TargetSimulator,
} from '../../src/testing/index.js';
import { openWorkplace, type Workplace } from './command.js';

interface Config {
  lucca: Record<string, unknown>;
  mapping?: string;
  targets: { travel: Record<string, unknown> };
}

/** What is wrong, and what the command says of it. */
interface Case {
  what: string;
  /** Changes the configuration, or the world. */
  spoil(config: Config, world: World): void;
  says: RegExp;
  code?: number;
}

interface World {
  lucca: LuccaSimulator;
  environment: Record<string, string>;
  place: Workplace;
  /** Address of a server that answers everything with a web page. */
  website: string;
}

const NOWHERE = 'http://127.0.0.1:1';

const CASES: Case[] = [
  {
    what: 'a level of the log that there is not',
    spoil: (_, { environment }) => {
      environment.LUCCA_SCIM_LOG = 'loud';
    },
    says: /^LOG_LEVEL_UNKNOWN: /m,
  },
  {
    what: 'a field that is none among those emptied on purpose',
    spoil: ({ lucca }) => {
      lucca.emptied = ['shoe size'];
    },
    says: /^CONFIG_INVALID: .*emptied/m,
  },
  {
    what: 'a wrong API key',
    spoil: (_, { environment }) => {
      environment.LUCCA_API_KEY = 'not-the-key';
    },
    says: /^LUCCA_\w*KEY\w*: .*key/m,
  },
  {
    what: 'a Lucca address where nobody listens',
    spoil: ({ lucca }) => {
      lucca.address = NOWHERE;
    },
    says: /^LUCCA_\w+: .*127\.0\.0\.1:1/m,
  },
  {
    what: 'a Lucca address where something else answers',
    spoil: ({ lucca }, { website }) => {
      lucca.address = website;
    },
    says: /^LUCCA_\w+: /m,
  },
  {
    what: 'an http address outside this machine',
    spoil: ({ lucca }) => {
      lucca.address = 'http://acme.ilucca.net';
    },
    says: /https/m,
  },
  {
    what: 'a wrong OAuth secret',
    spoil: (config, { lucca, environment }) => {
      environment.CLIENT_SECRET = 'not-the-secret';
      useOAuth(config, lucca);
    },
    says: /^LUCCA_\w+: .*client/im,
  },
  {
    what: 'an OAuth scope that the client was not given',
    spoil: (config, { lucca, environment }) => {
      environment.CLIENT_SECRET = lucca.clientSecret;
      lucca.setRights({ oauth: { scopes: [] } });
      useOAuth(config, lucca);
    },
    says: /scope/i,
  },
  {
    what: 'a wrong token of the target',
    spoil: (_, { environment }) => {
      environment.TRAVEL_TOKEN = 'not-the-token';
    },
    says: /TARGET_\w+: .*401/,
  },
  {
    what: 'a header of the target that is no header',
    spoil: ({ targets }) => {
      targets.travel.headers = { 'bad header': 'x' };
    },
    says: /header/i,
  },
  {
    what: 'an Authorization header that the target does not know',
    spoil: ({ targets }) => {
      targets.travel.token = undefined;
      targets.travel.headers = { authorization: 'ApiKey wrong' };
    },
    says: /TARGET_\w+: .*401/,
  },
  {
    what: 'a target where nobody listens',
    spoil: ({ targets }) => {
      targets.travel.url = `${NOWHERE}/scim/v2`;
    },
    says: /TARGET_\w+: /,
  },
  {
    what: 'a target that answers with a web page',
    spoil: ({ targets }, { website }) => {
      targets.travel.url = website;
    },
    says: /TARGET_\w+: /,
  },
  {
    what: 'a target path that does not exist',
    spoil: ({ targets }) => {
      targets.travel.url = `${String(targets.travel.url)}/nothing/here`;
    },
    says: /TARGET_\w+: /,
  },
  {
    what: 'a mapping with a transform that does not exist',
    spoil: (config, { place }) => {
      config.mapping = 'own.yaml';
      const lines = ['users:', '  userName: person.email', '  title:', '    from: person.jobTitle'];
      place.write('own.yaml', [...lines, '    transforms: [trimm]', ''].join('\n'));
    },
    says: /own\.yaml:5:\d+ .*trimm.*Did you mean "trim"/,
  },
  {
    what: 'a mapping that is no YAML',
    spoil: (config, { place }) => {
      config.mapping = 'own.yaml';
      place.write('own.yaml', 'users: [unclosed\n');
    },
    says: /own\.yaml:\d+:\d+ .*Correct the YAML/,
  },
  {
    what: 'a mapping that is not there',
    spoil: (config) => {
      config.mapping = 'nowhere.yaml';
    },
    says: /nowhere\.yaml/,
  },
  {
    what: 'a setting that does not exist',
    spoil: ({ targets }) => {
      targets.travel.tokne = 'x';
    },
    says: /bridge\.yaml:\d+:\d+ .*tokne.* — \S/,
  },
  {
    what: 'a secret in the text of the file',
    spoil: ({ lucca }) => {
      lucca.apiKey = 'plain-text-key';
    },
    says: /bridge\.yaml:\d+:\d+ .*apiKey.* — \S/,
  },
  {
    what: 'a secret that the environment does not have',
    spoil: (_, { environment }) => {
      delete environment.TRAVEL_TOKEN;
    },
    says: /^CONFIG_SECRET_MISSING: .*TRAVEL_TOKEN/m,
  },
  {
    what: 'a profile that does not exist',
    spoil: ({ targets }) => {
      targets.travel.profile = 'travelprek';
    },
    says: /travelprek/,
  },
  {
    what: 'a scope that is no filter',
    spoil: ({ targets }) => {
      targets.travel.scope = { filter: 'title eq' };
    },
    says: /SCOPE_FILTER_INVALID: /,
  },
  {
    what: 'a scope that names a department which Lucca does not have',
    spoil: ({ targets }) => {
      targets.travel.scope = { departments: ['Vnetes'] };
    },
    says: /Vnetes/,
  },
];

function useOAuth({ lucca }: Config, simulator: LuccaSimulator): void {
  delete lucca.apiKey;
  const { clientId } = simulator;
  lucca.oauth = { clientId, clientSecret: '${CLIENT_SECRET}', tokenUrl: simulator.tokenUrl };
}

describe('push refuses', () => {
  let lucca: LuccaSimulator;
  let target: TargetSimulator;
  let place: Workplace;
  let web: Server;
  let website: string;

  beforeAll(async () => {
    web = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>'),
    );
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    website = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  });
  afterAll(() => web.close());

  beforeEach(async () => {
    lucca = await startLuccaSimulator({ quota: { enforced: false } });
    target = await startTargetSimulator();
    place = openWorkplace();
  });
  afterEach(async () => {
    place.clear();
    await Promise.all([lucca.close(), target.close()]);
  });

  it.each(CASES)('$what: says where to mend it, exits with 2 and writes nothing', async (one) => {
    const config: Config = {
      lucca: { address: lucca.url, apiKey: '${LUCCA_API_KEY}' },
      targets: { travel: { url: target.url, token: '${TRAVEL_TOKEN}' } },
    };
    const environment: Record<string, string> = { LUCCA_API_KEY: lucca.apiKey, TRAVEL_TOKEN: 'target-token' };
    one.spoil(config, { lucca, environment, place, website });
    place.write('bridge.yaml', config);

    const { code, stdout, stderr } = await place.run(['push'], environment);
    const said = stdout + stderr;
    expect(said).toMatch(one.says);
    expect(said).toMatch(/→ \S/);
    expect(said).not.toContain('    at ');
    for (const secret of [...Object.values(environment), 'plain-text-key'])
      expect(said).not.toContain(secret);
    expect({ code, writes: target.requests.filter(({ method }) => method !== 'GET') }).toEqual({
      code: one.code ?? 2,
      writes: [],
    });
  });

  it.each([
    ['an unknown option', ['push', '--nope'], /unknown option '--nope'/],
    ['an unknown command', ['pusch'], /unknown command 'pusch'/],
    ['an instant that is none', ['plan', '--at', 'tomorrow'], /date/],
    ['an instant that only an engine would read', ['plan', '--at', '5'], /date/],
    ['a target that is not configured', ['plan', '--target', 'nobody'], /There is no target nobody/],
    ['a configuration file that is not there', ['plan', '--config', 'none.yaml'], /none\.yaml/],
    ['a company that is too small', ['simulate', 'lucca', '--people', '5'], /at least 20 people/],
    ['a port that there is not', ['simulate', 'target', '--port', '70000'], /PORT_UNAVAILABLE/],
    ['a number of people that is none', ['demo', '--people', 'many'], /whole number/],
  ])('%s', async (_, args, says) => {
    place.write('bridge.yaml', {
      lucca: { address: lucca.url, apiKey: '${LUCCA_API_KEY}' },
      targets: { travel: { url: target.url, token: '${TRAVEL_TOKEN}' } },
    });
    const { code, stderr } = await place.run(args, {
      LUCCA_API_KEY: lucca.apiKey,
      TRAVEL_TOKEN: 'target-token',
    });
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
    expect(lucca.requests.all()).toEqual([]);
  });

  it('as JSON on standard output when asked for it', async () => {
    const { code, json } = await place.run(['push', '--json']);
    expect(json()).toEqual([
      {
        error: {
          code: 'CONFIG_NOT_FOUND',
          message: expect.stringContaining('bridge.yaml'),
          remedy: expect.stringContaining('lucca-scim init'),
        },
      },
    ]);
    expect(code).toBe(2);
  });
});
